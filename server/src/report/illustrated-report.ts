// Defines a report with the data of its charts.

import type { ReportPictures } from './pictures';
import type { Report } from './report';

export interface IllustratedReport extends Report {
  readonly pictures: ReportPictures;
}
