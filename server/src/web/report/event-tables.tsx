// Tables of the events that the figures of a report count: failed deployments, rework, incidents with inconsistent marks.

import { spellDuration } from '@anthracite/protocol/core';
import type { ComponentChildren } from 'preact';
import type { FailedRow, OddRow, ReworkRow, TitledDeployment } from '../../report/tables';
import { Figure } from '../figure';
import { Problems } from '../incidents/span-facts';
import { Instant } from '../instant';
import { countText } from '../measure';
import { WideTable } from './wide-table';

/** The failed deployments, newest first; `total` is the number of all. */
export function FailedDeployments({
  rows,
  total,
  zone,
}: {
  readonly rows: readonly FailedRow[];
  readonly total: number;
  readonly zone: string;
}) {
  return (
    <EventTable
      title="Failed deployments"
      heads={['date', 'release', 'environment', 'failure', 'time to recover']}
      shown={rows.length}
      total={total}
    >
      {rows.map((row) => (
        <tr key={row.id}>
          <DeploymentCells row={row} zone={zone} />
          <td class="text" data-head="failure">
            <ul>
              {row.isAborted && <li>aborted</li>}
              {row.rolledBack !== null && (
                <li>
                  <a href={`/events/${row.rolledBack.id}`}>
                    rolled back after {spellDuration(row.rolledBack.time - row.time)}
                  </a>
                </li>
              )}
              {row.incidents.map(({ id, title, begin }) => (
                <li key={id}>
                  <a href={`/spans/${id}`}>{title}</a>{' '}
                  <span class="soft">after {spellDuration(begin - row.time)}</span>
                </li>
              ))}
              {row.moreIncidents > 0 && <li>and {countText(row.moreIncidents)} more incidents</li>}
            </ul>
          </td>
          <td data-head="time to recover">
            <Figure value={recoveryOf(row)} measure="duration" />
          </td>
        </tr>
      ))}
    </EventTable>
  );
}

// The longest time to resolve of its incidents; without an incident, the time to its rollback.
function recoveryOf({ time, incidents, rolledBack }: FailedRow): number | null {
  const times = incidents.flatMap(({ timeToResolve }) => timeToResolve ?? []);
  if (times.length > 0) return Math.max(...times);
  return incidents.length > 0 || rolledBack === null ? null : rolledBack.time - time;
}

const reasons = {
  rollback: 'rollback',
  tag: 'tag hotfix or rework',
  incident: 'deployed during an incident of an earlier deployment',
} as const;

/** The deployments that count as rework, newest first. */
export function ReworkDeployments({
  rows,
  total,
  zone,
}: {
  readonly rows: readonly ReworkRow[];
  readonly total: number;
  readonly zone: string;
}) {
  return (
    <EventTable
      title="Rollbacks and other rework"
      heads={['date', 'release', 'environment', 'reason', 'replaced version']}
      shown={rows.length}
      total={total}
    >
      {rows.map((row) => (
        <tr key={row.id}>
          <DeploymentCells row={row} zone={zone} />
          <td class="text" data-head="reason">
            {reasons[row.reason]}
          </td>
          <td class="text" data-head="replaced version">
            {row.replaced ?? '-'}
          </td>
        </tr>
      ))}
    </EventTable>
  );
}

/** The incidents with inconsistent marks, newest first. */
export function OddIncidents({
  rows,
  total,
  zone,
}: {
  readonly rows: readonly OddRow[];
  readonly total: number;
  readonly zone: string;
}) {
  return (
    <EventTable
      title="Incidents with inconsistent marks"
      heads={['start', 'incident', 'problem', 'time to resolve']}
      shown={rows.length}
      total={total}
    >
      {rows.map(({ id, title, begin, timeToResolve, problems }) => (
        <tr key={id}>
          <td class="word">
            <Instant time={begin} zone={zone} />
          </td>
          <th scope="row" class="text">
            <a href={`/spans/${id}`}>{title}</a>
          </th>
          <td class="text" data-head="problem">
            <Problems problems={problems} />
          </td>
          <td data-head="time to resolve">
            <Figure value={timeToResolve} measure="duration" />
          </td>
        </tr>
      ))}
    </EventTable>
  );
}

function DeploymentCells({ row, zone }: { readonly row: TitledDeployment; readonly zone: string }) {
  const { id, time, type, version, envs, title } = row;
  const release = [type.replace(/^deploy_/, ''), ...(version === null ? [] : [version])].join(' ');
  return (
    <>
      <td class="word">
        <Instant time={time} zone={zone} />
      </td>
      <th scope="row" class="text">
        <a href={`/events/${id}`}>{release}</a> <span class="soft">{title}</span>
      </th>
      <td class="text" data-head="environment">
        {envs.length === 0 ? '-' : envs.join(', ')}
      </td>
    </>
  );
}

function EventTable({
  title,
  heads,
  shown,
  total,
  children,
}: {
  readonly title: string;
  readonly heads: readonly string[];
  readonly shown: number;
  readonly total: number;
  readonly children: ComponentChildren;
}) {
  if (total === 0) return null;
  return (
    <>
      <h3>
        {title} ({countText(total)})
      </h3>
      <WideTable label={title}>
        <table class="figures events-behind">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col" class={head.startsWith('time to') ? 'number' : undefined}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </WideTable>
      {total > shown && <p class="soft">The newest {countText(shown)} are shown.</p>}
    </>
  );
}
