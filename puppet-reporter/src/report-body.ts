// Maps the bytes of a report to its event.

import { isWanted, parseChangeTime } from '@anthracite/protocol/change';
import { isPlainlyUnchanged, readUnchangedHead } from './first-bytes';
import { withoutIdleResources } from './idle-resources';
import { goodRun, type Mapped, mapReport } from './mapping';
import type { MappingOptions } from './options';
import { readReport } from './report';
import { readReportText } from './report-text';

/** Maps the bytes of a report, in YAML or JSON. */
export function mapReportBody(body: Uint8Array, options: MappingOptions): Mapped {
  const unchanged = mapUnchanged(body, options);
  if (unchanged !== null) return unchanged;
  const text = readReportText(withoutIdleResources(body, options.role_pattern));
  if (!text.ok) return { kind: 'bad', why: text.why };
  const report = readReport(text.value);
  if (report === null)
    return { kind: 'bad', why: 'it lacks the host, the status or the resources of a Puppet report' };
  return mapReport(report, options);
}

/** Maps a report if its first bytes show that nothing changed; null for any other report, which must be read. */
export function mapUnchanged(body: Uint8Array, options: MappingOptions): Mapped | null {
  if (!isPlainlyUnchanged(body)) return null;
  const head = readUnchangedHead(body);
  const time = parseChangeTime(head?.time ?? '');
  if (head === null || time === null) return null;
  const { host, environment, isNoop } = head;
  const isFollowed = !isNoop && isWanted(host, options.hosts) && isWanted(environment, options.environments);
  const run = isFollowed ? goodRun({ host, environment, status: 'unchanged', time }, options) : null;
  return { kind: 'skipped', why: 'unchanged', run };
}
