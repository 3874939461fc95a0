// The thread that maps reports, so that no big one holds up anybody. Nothing imports it: a MappingThread runs it.

import { serveMapping } from '@anthracite/protocol/bridge';
import { mapReportBody } from './report-body';

serveMapping(mapReportBody);
