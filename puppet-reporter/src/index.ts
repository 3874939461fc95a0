// The door of @anthracite/puppet-reporter.

import { join } from 'node:path';

export { beginOf, beginsAsReport, isPlainlyUnchanged } from './first-bytes';
export { type Mapped, mapReport, type SkipReason } from './mapping';
export {
  defaultMappingOptions,
  type MappingOptionName,
  type MappingOptions,
  mappingOptionNames,
  mappingOptions,
  readMappingOptions,
} from './options';
export { type Report, readReport } from './report';
export { mapReportBody } from './report-body';
export { readReportText } from './report-text';

/** The script of the `MappingThread` that maps reports: bytes and `MappingOptions` in, `Mapped` out. */
export const mappingScript = join(__dirname, 'mapping-script.js');
