// The banner of open incidents.

import type { Severity } from '@anthracite/protocol/core';
import { distanceText, localText } from './instant';
import { numberOf } from './measure';
import { SeverityBadge } from './severity-badge';

/** An open incident. */
export interface OpenIncident {
  readonly id: number;
  readonly title: string;
  readonly severity: Severity | null;
  /** Milliseconds since the epoch. */
  readonly begin: number;
}

const maxShown = 3;

/** The banner; nothing without open incidents. `isAll` is false if there are more than these. */
export function IncidentBanner({
  incidents,
  isAll,
  zone,
  now,
}: {
  readonly incidents: readonly OpenIncident[];
  readonly isAll: boolean;
  readonly zone: string;
  readonly now: number;
}) {
  if (incidents.length === 0) return <div id="banner" />;
  // The most severe ones first; without a severity last.
  const shown = [...incidents]
    .sort((one, other) => (one.severity ?? 9) - (other.severity ?? 9) || other.begin - one.begin)
    .slice(0, maxShown);
  const count = `${isAll ? '' : 'More than '}${numberOf(incidents.length, 'open incident')}`;
  return (
    <div id="banner">
      <section class="banner" aria-label="Open incidents">
        <h2>{count}</h2>
        <ul>
          {shown.map(({ id, title, severity, begin }) => (
            <li key={id}>
              <a href={`/spans/${id}`}>
                <SeverityBadge look="incident" severity={severity} />{' '}
                <span class="banner-title">
                  <bdi>{title}</bdi>
                </span>
              </a>{' '}
              <time
                class="soft"
                datetime={new Date(begin).toISOString()}
                title={`${localText(begin, zone)} ${zone}`}
              >
                {distanceText(begin, now)}
              </time>
            </li>
          ))}
        </ul>
        {incidents.length > maxShown && <a href="/spans">Show all</a>}
      </section>
    </div>
  );
}
