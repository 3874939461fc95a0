// The page of one incident, or of anything else that lasts: its course, its figures, and what changed just before.

import { type Severity, type SpanMark, titleOf } from '@anthracite/protocol/core';
import type { TitledSpan } from '../../formats/titled-span';
import type { Suspects } from '../../formats/told-suspects';
import { timeToDetect, timeToResolve, timeToRestore } from '../../report/incident-figures';
import { eventAddress, withParameters } from '../address';
import { writeDocument } from '../document';
import { Figure } from '../figure';
import type { FieldProblem } from '../filter';
import { Grade } from '../grade';
import { distanceText, Instant } from '../instant';
import { type Frame, Layout } from '../layout';
import { instantText } from '../links';
import { numberOf } from '../measure';
import { Notice, type NoticeName } from '../notice';
import { RichLine } from '../rich-text';
import { TagChip } from '../tag-chip';
import { BeforePicture } from './before-picture';
import { MarkForm, type MarkTyped } from './mark-form';
import { Length, offsetText, only, Problems } from './span-facts';
import { SuspectList } from './suspect-list';

/** A mark with what its event says; null where it is not read. */
export interface ToldMark extends SpanMark {
  readonly description: string | null;
}

/** What the page shows. */
export interface SpanView {
  readonly span: TitledSpan;
  readonly marks: readonly ToldMark[];
  readonly suspects: Suspects;
  /** How far back suspects are looked for, as in the address. */
  readonly window: string;
  readonly notice: NoticeName | null;
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}

const roleNames = { start: 'start', detected: 'detected', end: 'end' } as const;
const windows = ['1h', '6h', '24h', '168h'];
const aroundMs = 3_600_000;

/** The page. */
export function spanPage(frame: Frame, view: SpanView): string {
  const { now, viewer } = frame;
  const { span, suspects, notice, typed, problem } = view;
  const isOpen = span.end === null;
  const range = {
    from: instantText(span.begin - aroundMs),
    until: instantText((span.end ?? now) + aroundMs),
  };
  return writeDocument(
    <Layout frame={frame} title={span.title}>
      <article class="span-page">
        <Notice name={notice} />
        <p class="crumb soft">
          <a href={withParameters('/spans', span.scale === 'incident' ? {} : { scale: span.scale })}>
            {span.scale === 'incident' ? 'Incidents' : span.scale === 'gain' ? 'Gains' : 'Other spans'}
          </a>{' '}
          › {span.type}
          {span.key !== null && ` ${span.key}`}
        </p>
        <h1>
          <Grade scale={span.scale} severity={span.severity} /> <RichLine text={span.title} />
        </h1>
        <p class="state">
          <Length span={span} now={now} /> {isOpen && <>since </>}
          {!isOpen && <span class="soft">from </span>}
          <Instant time={span.begin} zone={viewer.zone} />
          {span.end !== null && (
            <>
              {' '}
              <span class="soft">to</span> <Instant time={span.end} zone={viewer.zone} />
            </>
          )}{' '}
          <span class="soft">({distanceText(span.begin, now)})</span>
        </p>
        {isOpen && viewer.mayWrite && (
          <MarkForm id={span.id} isDetected={span.detected !== null} typed={typed} problem={problem} />
        )}
        <SpanFigures span={span} />
        <Problems problems={span.problems} />

        {/* While it goes on, its cause is asked for first; afterwards what happened. */}
        {isOpen && <Before view={view} frame={frame} />}
        <Course view={view} zone={viewer.zone} />
        {!isOpen && <Before view={view} frame={frame} />}

        <p class="around">
          What else happened from an hour before to an hour after:{' '}
          <a href={withParameters('/events/', range)}>as a table</a>,{' '}
          <a href={withParameters('/timeline', range)}>on the timeline</a>
          {suspects.span.scale === 'incident' && (
            <>
              ; all incidents in <a href={withParameters('/report', {})}>the report</a>
            </>
          )}
        </p>
      </article>
    </Layout>,
  );
}

function SpanFigures({ span }: { readonly span: TitledSpan }) {
  return (
    <dl class="facts">
      <Fact name="Time to detect" value={only(timeToDetect(span))} />
      <Fact name="Time to resolve" value={only(timeToResolve(span))} />
      <Fact name="Detected to resolved" value={only(timeToRestore(span))} />
      <div>
        <dt>Impact</dt>
        <dd>{span.impact === null ? <span class="unknown">-</span> : `${span.impact} %`}</dd>
      </div>
      <div>
        <dt>Origin</dt>
        <dd>{span.origin ?? <span class="unknown">-</span>}</dd>
      </div>
      {span.tags.length > 0 && (
        <div>
          <dt>Tags</dt>
          <dd>
            {span.tags.map((tag) => (
              <>
                <TagChip key={tag} tag={tag} />{' '}
              </>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Figure value={value} measure="duration" />
      </dd>
    </div>
  );
}

// Each mark, and how grave the span is from it on.
function Course({ view: { span, marks }, zone }: { readonly view: SpanView; readonly zone: string }) {
  const more = span.markCount - marks.length;
  return (
    <>
      <h2>Course</h2>
      <table class="course">
        <thead>
          <tr>
            <th scope="col">when</th>
            <th scope="col">after</th>
            <th scope="col">mark</th>
            <th scope="col">from then on</th>
            <th scope="col">what</th>
          </tr>
        </thead>
        <tbody>
          {marks.map((mark, i) => {
            const level =
              marks[i - 1]?.time === mark.time
                ? undefined
                : span.levels.find(({ time }) => time === mark.time);
            return (
              <tr key={mark.id}>
                <td>
                  <a href={eventAddress(mark.id)}>
                    <Instant time={mark.time} zone={zone} />
                  </a>
                </td>
                <td class="after">{offsetText(mark.time, span.begin)}</td>
                <td>{roleNames[mark.role]}</td>
                <td>{level !== undefined && <Level span={span} level={level} />}</td>
                <td class="what">
                  {mark.description === null ? (
                    <span class="mono soft">{mark.type}</span>
                  ) : (
                    <RichLine text={titleOf(mark.description)} />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more > 0 && <p class="soft">It has {more} more marks.</p>}
    </>
  );
}

function Level({
  span,
  level: { severity, impact },
}: {
  readonly span: TitledSpan;
  readonly level: { readonly severity: Severity | null; readonly impact: number | null };
}) {
  return (
    <>
      <Grade scale={span.scale} severity={severity} />
      {impact !== null && ` ${impact} %`}
    </>
  );
}

function Before({
  view: { span, suspects, window },
  frame,
}: {
  readonly view: SpanView;
  readonly frame: Frame;
}) {
  const { total } = suspects;
  const shown = suspects.suspects.length;
  return (
    <section class="before">
      <h2>What changed just before?</h2>
      <nav class="ranges" aria-label="How far back">
        {windows.map((name) => (
          <a
            key={name}
            href={withParameters(`/spans/${span.id}`, { window: name === '24h' ? null : name })}
            {...(name === window && { 'aria-current': 'true' })}
          >
            {name === '168h' ? '7 days' : name}
          </a>
        ))}
      </nav>
      {shown === 0 ? (
        <p class="notice">Nothing that counts as a change is known of that time.</p>
      ) : (
        <>
          <p class="soft">
            {total === shown ? numberOf(total, 'change') : `The ${shown} most suspicious of ${total} changes`}{' '}
            in the {window} before it began, ranked by closeness, rarity, shared tags and what followed such
            changes before. It points, it does not prove.
          </p>
          <div class="picture">
            <BeforePicture told={suspects} zone={frame.viewer.zone} now={frame.now} />
          </div>
          <SuspectList told={suspects} zone={frame.viewer.zone} />
          {suspects.fromMs > span.begin - suspects.windowMs && (
            <p class="soft">
              There are too many events in that time: only changes since{' '}
              <Instant time={suspects.fromMs} zone={frame.viewer.zone} /> were looked at.
            </p>
          )}
        </>
      )}
    </section>
  );
}
