// The worker thread that maps reports, so that a large report does not delay the program. Started by a MappingThread.

import { serveMapping } from '@anthracite/protocol/bridge';
import { defaultMappingOptions, type MappingOptions } from './options';
import { mapReportBody } from './report-body';

// A report on disk may be from a version without some options, so defaults are added.
serveMapping<Partial<MappingOptions>>((body, options) =>
  mapReportBody(body, { ...defaultMappingOptions, ...options }),
);
