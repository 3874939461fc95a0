// The log of a span: its marks, and other events with its key, in order of time.

import { bodyOf, type Severity, titleOf } from '@anthracite/protocol/core';
import { type LogEntry, roleNames } from '../../formats/log-entry';
import type { TitledSpan } from '../../formats/titled-span';
import { eventAddress } from '../address';
import { Instant } from '../instant';
import { RichLine, RichText } from '../rich-text';
import { lookOf, SeverityBadge } from '../severity-badge';
import { offsetText } from './span-facts';

/** The log, as a table. Each entry that changes the severity has the severity from that time on. */
export function SpanLog({
  span,
  log,
  zone,
}: {
  readonly span: TitledSpan;
  readonly log: readonly LogEntry[];
  readonly zone: string;
}) {
  const more = span.markCount - log.filter(({ role }) => role !== null).length;
  return (
    <section class="log">
      <h2>Log</h2>
      <table class="marks">
        <thead>
          <tr>
            <th scope="col">time</th>
            <th scope="col">offset</th>
            <th scope="col">entry</th>
            <th scope="col">severity</th>
            <th scope="col">text</th>
          </tr>
        </thead>
        <tbody>
          {log.map((entry, i) => (
            <tr key={entry.id} class={entry.role ?? 'event'}>
              <td>
                <a href={eventAddress(entry.id)}>
                  <Instant time={entry.time} zone={zone} />
                </a>
              </td>
              <td class="after">{offsetText(entry.time, span.begin)}</td>
              <td>{entry.role === null ? <span class="mono">{entry.type}</span> : roleNames[entry.role]}</td>
              <td>{log[i - 1]?.time !== entry.time && <LevelFrom span={span} time={entry.time} />}</td>
              <td class="what">
                <Words entry={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="soft">{more} more marks not shown.</p>}
    </section>
  );
}

function Words({ entry: { description, type, role } }: { readonly entry: LogEntry }) {
  if (description === null) return <span class="mono soft">{type}</span>;
  const body = role === 'update' ? bodyOf(description) : '';
  return (
    <>
      <RichLine text={titleOf(description)} />
      {body !== '' && <RichText text={body} />}
    </>
  );
}

function LevelFrom({ span, time }: { readonly span: TitledSpan; readonly time: number }) {
  const level = span.levels.find((one) => one.time === time);
  if (level === undefined) return null;
  const severity: Severity | null = level.severity;
  return (
    <>
      <SeverityBadge look={lookOf(span)} severity={severity} />
      {level.impact !== null && ` ${level.impact} %`}
    </>
  );
}
