// A report with what its pictures are drawn from.

import type { ReportPictures } from './pictures';
import type { Report } from './report';

export interface IllustratedReport extends Report {
  readonly pictures: ReportPictures;
}
