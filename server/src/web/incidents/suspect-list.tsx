// The suspects of a span and the followers of a change, ranked, with reasons. A high rank is a hint, not a proof.

import { describeGroup, type GroupedEvent, spellDuration, titleOf } from '@anthracite/protocol/core';
import type { Followers, Suspect, Suspects } from '../../formats/told-suspects';
import type { Suspicion } from '../../suspects/suspicion';
import { eventAddress } from '../address';
import { Instant } from '../instant';
import { lookOf, SeverityBadge } from '../severity-badge';
import { TagChip } from '../tag-chip';
import { offsetText, spanAddress } from './span-facts';

const partNames = {
  closeness: 'closeness',
  rarity: 'rarity',
  history: 'history',
  tags: 'tags',
} as const satisfies Record<keyof Suspicion['parts'], string>;

/** The suspects of a span, highest rank first. */
export function SuspectList({ told, zone }: { readonly told: Suspects; readonly zone: string }) {
  const { suspects, span } = told;
  return (
    <ol class="suspects">
      {suspects.map((suspect) => (
        <li key={suspect.event.id} id={`suspect-${suspect.event.id}`}>
          <p class="what">
            <a class="title" href={addressOf(suspect)}>
              <bdi>{titleOf(suspect.event.description)}</bdi>
            </a>{' '}
            <span class="mono soft">{suspect.type}</span> <GroupNote event={suspect.event} />
          </p>
          <p class="soft">
            <strong>{offsetText(suspect.last, span.begin)}</strong>,{' '}
            <Instant time={suspect.last} zone={zone} />{' '}
            {suspect.parts.tags.shared.map((tag) => (
              <>
                <TagChip key={tag} tag={tag} />{' '}
              </>
            ))}
          </p>
          <Reasons suspicion={suspect} />
        </li>
      ))}
    </ol>
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
      <summary>{explanation}</summary>
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
