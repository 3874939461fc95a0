// The suspects of a span and the followers of a change, ranked, with reasons. A high rank is a hint, not a proof.

import {
  describeGroup,
  type GroupedEvent,
  type Scale,
  spellDuration,
  titleOf,
} from '@anthracite/protocol/core';
import type { Followers, Suspect, Suspects } from '../../formats/told-suspects';
import type { Suspicion } from '../../suspects/suspicion';
import { eventAddress } from '../address';
import { Instant } from '../instant';
import { lookOf, SeverityBadge } from '../severity-badge';
import { TagChip } from '../tag-chip';
import { spanAddress } from './span-facts';

/** Number of suspects that are shown at once; the others open on a click. */
const shownAtOnce = 5;
const partNames = {
  closeness: 'closeness',
  rarity: 'rarity',
  history: 'history',
  tags: 'tags',
} as const satisfies Record<keyof Suspicion['parts'], string>;

/** The suspects of a span, highest rank first. */
export function SuspectList({ told, zone }: { readonly told: Suspects; readonly zone: string }) {
  const { suspects } = told;
  const rest = suspects.length - shownAtOnce;
  return (
    <>
      <Ranked told={told} zone={zone} first={0} until={rest > 1 ? shownAtOnce : suspects.length} />
      {rest > 1 && (
        <details class="more">
          <summary>{rest} more changes</summary>
          <Ranked told={told} zone={zone} first={shownAtOnce} until={suspects.length} />
        </details>
      )}
    </>
  );
}

// The suspects from a place to another.
function Ranked({
  told: { suspects, span },
  zone,
  first,
  until,
}: {
  readonly told: Suspects;
  readonly zone: string;
  readonly first: number;
  readonly until: number;
}) {
  const highest = Math.max(...suspects.map(({ score }) => score));
  return (
    <ol class="suspects" start={first + 1}>
      {suspects.slice(first, until).map((suspect) => (
        <li key={suspect.event.id} id={`suspect-${suspect.event.id}`}>
          <p class="what">
            <ScoreBar score={suspect.score} highest={highest} />
            <a class="title" href={addressOf(suspect)}>
              <bdi>{titleOf(suspect.event.description)}</bdi>
            </a>{' '}
            <span class="mono soft">{suspect.type}</span> <GroupNote event={suspect.event} />
          </p>
          <p class="soft">
            <strong>
              {suspect.parts.closeness.lagMs === 0
                ? 'at the same instant'
                : `${spellDuration(rounded(suspect.parts.closeness.lagMs))} before`}
            </strong>
            , <Instant time={suspect.last} zone={zone} />
            <FollowedNote suspicion={suspect} scale={span.scale} />{' '}
            {suspect.parts.tags.shared.length > 0 && (
              <>
                {' '}
                same{' '}
                {suspect.parts.tags.shared.map((tag) => (
                  <>
                    <TagChip key={tag} tag={tag} />{' '}
                  </>
                ))}
              </>
            )}
          </p>
          <Reasons suspicion={suspect} />
        </li>
      ))}
    </ol>
  );
}

// To the minute if it is long.
function rounded(lagMs: number): number {
  return lagMs < 3_600_000 ? lagMs : Math.round(lagMs / 60_000) * 60_000;
}

const barWidth = 48;
const barHeight = 8;

// The score as a bar; that of a change as unsuspicious as chance, or less, is empty.
function ScoreBar({ score, highest }: { readonly score: number; readonly highest: number }) {
  const share = highest > 0 ? Math.max(0, score) / highest : 0;
  return (
    <svg
      class="score"
      width={barWidth}
      height={barHeight}
      role="img"
      aria-label={`score ${score.toFixed(1)}`}
    >
      <rect class="ground" width={barWidth} height={barHeight} rx="2" />
      <rect class="value" width={Math.round(share * barWidth)} height={barHeight} rx="2" />
    </svg>
  );
}

const followerNames = { incident: 'an incident', gain: 'a gain', other: 'such a span' } as const;

// How often spans followed such changes, and how much more often than by chance.
function FollowedNote({
  suspicion: {
    parts: {
      history: { changes, followed, expected },
    },
  },
  scale,
}: {
  readonly suspicion: Suspicion;
  readonly scale: Scale;
}) {
  if (changes === 0) return <>, no earlier ones known</>;
  const times = expected > 0 ? followed / expected : 0;
  const ratio = times >= 1.5 ? ` (${times >= 10 ? times.toFixed(0) : times.toFixed(1)}x chance)` : '';
  return (
    <>
      , {followed} of {changes} earlier ones followed by {followerNames[scale]}
      {ratio}
    </>
  );
}

/** The followers of a change or another event, most likely first. */
export function FollowerList({ told, zone }: { readonly told: Followers; readonly zone: string }) {
  const { followers, total, windowMs } = told;
  if (total === 0)
    return <p class="soft">No span started within {spellDuration(windowMs, 'words')} after this event.</p>;
  return (
    <>
      <p class="soft">
        {followers.length === total
          ? `Within ${spellDuration(windowMs, 'words')}, most likely first.`
          : `Top ${followers.length} of ${total} within ${spellDuration(windowMs, 'words')}.`}{' '}
        A high rank is a hint, not a proof.
      </p>
      <ol class="suspects">
        {followers.map(({ span, ...suspicion }) => (
          <li key={span.id}>
            <p class="what">
              <SeverityBadge look={lookOf(span)} severity={span.severity} />{' '}
              <a class="title" href={spanAddress(span.id)}>
                <bdi>{span.title}</bdi>
              </a>{' '}
              <span class="mono soft">{span.type}</span>
            </p>
            <p class="soft">
              <strong>+{spellDuration(suspicion.parts.closeness.lagMs)}</strong>,{' '}
              <Instant time={span.begin} zone={zone} />
            </p>
            <Reasons suspicion={suspicion} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The address of a change: the page of its span, if it has one, else of its event. */
export function addressOf({ spanId, event }: Pick<Suspect, 'spanId' | 'event'>): string {
  return spanId === null ? eventAddress(event.id) : spanAddress(spanId);
}

function GroupNote({ event: { group } }: { readonly event: GroupedEvent }) {
  return group === undefined ? null : <span class="soft">({describeGroup(group)})</span>;
}

function Reasons({ suspicion }: { readonly suspicion: Suspicion & { readonly explanation: string } }) {
  const { score, parts, explanation } = suspicion;
  return (
    <details>
      <summary>Why</summary>
      <p>{explanation}.</p>
      <p class="soft">
        Score {score.toFixed(1)}:{' '}
        {Object.entries(partNames)
          .map(([part, name]) => `${name} ${signed(parts[part as keyof typeof partNames].score)}`)
          .join(', ')}
        . Each part is a natural logarithm: 0 is neutral, 0.7 means twice as likely, 2.3 ten times.
      </p>
    </details>
  );
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
}
