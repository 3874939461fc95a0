// Defines a report with the data of its charts and tables.

import type { ReportPictures } from './pictures';
import type { Report } from './report';
import type { ReportTables } from './tables';

export interface IllustratedReport extends Report {
  readonly pictures: ReportPictures;
  readonly tables: ReportTables;
}
