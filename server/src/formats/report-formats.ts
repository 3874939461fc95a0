// The formats that a report is written in, by their names. Pure: a report in, text out.

import type { Report } from '../report/report';
import { reportToCsv } from './report-csv';
import { reportToJson } from './report-json';

export const reportFormats = {
  json: (report) => `${JSON.stringify(reportToJson(report))}\n`,
  csv: reportToCsv,
} as const satisfies Record<string, (report: Report) => string>;

/** How a report can be written. */
export type ReportFormat = keyof typeof reportFormats;
