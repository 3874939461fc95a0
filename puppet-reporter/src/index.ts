// Entry point of @anthracite/puppet-reporter.

import { join } from 'node:path';

export { isPuppetClient } from './client-kind';
export { beginOf, beginsAsReport, edgesOf, hostOf, isPlainlyUnchanged } from './first-bytes';
export { type Mapped, mapReport } from './mapping';
export {
  defaultMappingOptions,
  type MappingOptions,
  mappingOptionNames,
  mappingOptions,
  readMappingOptions,
} from './options';
export { readReport } from './report';
export { mapReportBody, mapUnchanged } from './report-body';
export { ReportCollector } from './report-collector';
export { readReportText } from './report-text';

/** The script of the `MappingThread` for reports: bytes and `MappingOptions` in, `Mapped` out. */
export const mappingScript = join(__dirname, 'mapping-script.js');
