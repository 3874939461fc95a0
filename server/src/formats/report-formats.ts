// Lists the formats of reports, by name. Pure: a report in, text out.

import type { Report } from '../report/report';
import { reportToCsv, reportToWideCsv } from './report-csv';
import { reportToJson } from './report-json';

export const reportFormats = {
  json: (report) => `${JSON.stringify(reportToJson(report))}\n`,
  csv: reportToCsv,
  wideCsv: reportToWideCsv,
} as const satisfies Record<string, (report: Report) => string>;

/** The formats of a report. */
export type ReportFormat = keyof typeof reportFormats;
