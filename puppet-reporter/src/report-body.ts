// From the bytes of a report to its event.

import { isPlainlyUnchanged } from './first-bytes';
import { type Mapped, mapReport } from './mapping';
import type { MappingOptions } from './options';
import { readReport } from './report';
import { readReportText } from './report-text';

/** Maps the bytes of a report, in YAML or JSON. */
export function mapReportBody(body: Uint8Array, options: MappingOptions): Mapped {
  if (isPlainlyUnchanged(body)) return { kind: 'skipped', why: 'unchanged' };
  const text = readReportText(body);
  if (!text.ok) return { kind: 'bad', why: text.why };
  const report = readReport(text.value);
  if (report === null)
    return { kind: 'bad', why: 'it lacks the host, the status or the resources of a Puppet report' };
  return mapReport(report, options);
}
