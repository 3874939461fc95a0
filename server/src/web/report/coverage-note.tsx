// The basis of the figures of a report: time with data, excluded maintenance, spans with inconsistent marks.

import { spellDuration } from '@anthracite/protocol/core';
import type { Report } from '../../report/report';
import { localText } from '../instant';
import { numberOf } from '../measure';

/** The note; nothing if the figures cover the whole range and all marks are consistent. */
export function CoverageNote({ report, zone }: { readonly report: Report; readonly zone: string }) {
  const { fromMs, coverage, incidents } = report;
  const { maintenanceMs, maintenanceIgnored } = coverage;
  if (coverage.fromMs === null) {
    return (
      <p class="notice coverage">
        No data in this range. Choose another range. The report starts with the first event: send incidents
        and deployments, and their figures appear here.
      </p>
    );
  }
  const notes = [
    ...(coverage.fromMs > fromMs
      ? [
          `Data starts at ${localText(coverage.fromMs, zone).slice(0, 16)}. All figures cover the ${spellDuration(coverage.knownMs)} since then.`,
        ]
      : []),
    ...(maintenanceMs > 0 ? [`Uptime excludes ${spellDuration(maintenanceMs)} of maintenance.`] : []),
    ...(maintenanceIgnored > 0
      ? [
          `${numberOf(maintenanceIgnored, 'maintenance window')} without a start or an end, not excluded from uptime.`,
        ]
      : []),
    ...(incidents.oddMarks > 0
      ? [
          `Inconsistent marks in ${incidents.oddMarks} of ${numberOf(incidents.spans.length, 'incident')}: the times of these incidents may be wrong.`,
        ]
      : []),
  ];
  if (notes.length === 0) return null;
  return (
    <ul class="notice coverage">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
