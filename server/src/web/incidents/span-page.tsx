// The page of one span, such as an incident: figures, marks and suspects.

import { type Severity, type SpanMark, titleOf } from '@anthracite/protocol/core';
import type { TitledSpan } from '../../formats/titled-span';
import type { Suspects } from '../../formats/told-suspects';
import { timeToDetect, timeToResolve, timeToRestore } from '../../report/incident-figures';
import { eventAddress, withParameters } from '../address';
import { writeDocument } from '../document';
import { Figure } from '../figure';
import type { FieldProblem } from '../filter';
import { distanceText, Instant } from '../instant';
import { type Frame, Layout } from '../layout';
import { instantText } from '../links';
import { numberOf } from '../measure';
import { Notice, type NoticeName } from '../notice';
import { RichLine } from '../rich-text';
import { lookOf, SeverityBadge } from '../severity-badge';
import { TagChip } from '../tag-chip';
import { MarkForm, type MarkTyped } from './mark-form';
import { Length, offsetText, only, Problems } from './span-facts';
import { SuspectChart } from './suspect-chart';
import { SuspectList } from './suspect-list';

/** A mark with the description of its event; null if the event was not read. */
export interface DescribedMark extends SpanMark {
  readonly description: string | null;
}

/** What the page shows. */
export interface SpanView {
  readonly span: TitledSpan;
  readonly marks: readonly DescribedMark[];
  readonly suspects: Suspects;
  /** The time before the start in which suspects are searched, as in the address. */
  readonly window: string;
  readonly notice: NoticeName | null;
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}

const roleNames = { start: 'start', detected: 'detected', end: 'end' } as const;
const windows = ['1h', '6h', '24h', '168h'];
const labelOf = (window: string): string => (window === '168h' ? '7 days' : window);
const aroundMs = 3_600_000;

/** The page. */
export function spanPage(frame: Frame, view: SpanView): string {
  const { now, viewer } = frame;
  const { span, suspects, notice, typed, problem } = view;
  const isOpen = span.end === null;
  const range = {
    from: instantText(span.begin - aroundMs),
    until: instantText(Math.max(span.begin, span.end ?? now) + aroundMs),
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
          <SeverityBadge look={lookOf(span)} severity={span.severity} /> <RichLine text={span.title} />
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
          <span class="soft">
            ({span.end === null ? '' : 'ended '}
            {distanceText(span.end ?? span.begin, now)})
          </span>
        </p>
        {isOpen && viewer.mayWrite && (
          <MarkForm
            id={span.id}
            scale={span.scale}
            isDetected={span.detected !== null}
            typed={typed}
            problem={problem}
          />
        )}
        <SpanFigures span={span} />
        <Problems problems={span.problems} />

        {/* While a span is open, readers first look for its cause; afterwards for what happened. */}
        {isOpen && <Before view={view} frame={frame} />}
        <Marks view={view} zone={viewer.zone} />
        {!isOpen && <Before view={view} frame={frame} />}

        <p class="around">
          Events from 1 hour before to 1 hour after: <a href={withParameters('/events/', range)}>table</a>,{' '}
          <a href={withParameters('/timeline', range)}>timeline</a>
          {suspects.span.scale === 'incident' && (
            <>
              ; all incidents: <a href={withParameters('/report', {})}>report</a>
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

// The marks, each with the severity of the span from that mark.
function Marks({ view: { span, marks }, zone }: { readonly view: SpanView; readonly zone: string }) {
  const more = span.markCount - marks.length;
  return (
    <>
      <h2>Marks</h2>
      <table class="marks">
        <thead>
          <tr>
            <th scope="col">time</th>
            <th scope="col">offset</th>
            <th scope="col">mark</th>
            <th scope="col">severity</th>
            <th scope="col">title</th>
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
      {more > 0 && <p class="soft">{more} more marks not shown.</p>}
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
      <SeverityBadge look={lookOf(span)} severity={severity} />
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
      <h2>Suspects</h2>
      <nav class="ranges" aria-label="Time before the start">
        {windows.map((name) => (
          <a
            key={name}
            href={withParameters(`/spans/${span.id}`, { window: name === '24h' ? null : name })}
            {...(name === window && { 'aria-current': 'true' })}
          >
            {labelOf(name)}
          </a>
        ))}
      </nav>
      {shown === 0 ? (
        <p class="notice">No changes in the {labelOf(window)} before the start.</p>
      ) : (
        <>
          <p class="soft">
            {total === shown ? numberOf(total, 'change') : `Top ${shown} of ${total} changes`} in the{' '}
            {labelOf(window)} before the start, ranked by closeness, rarity, shared tags and history (which
            spans followed similar changes). A high rank is a hint, not a proof.
          </p>
          <div class="chart">
            <SuspectChart told={suspects} zone={frame.viewer.zone} now={frame.now} />
          </div>
          <SuspectList told={suspects} zone={frame.viewer.zone} />
          {suspects.fromMs > span.begin - suspects.windowMs && (
            <p class="soft">
              Too many events in this time: only changes since{' '}
              <Instant time={suspects.fromMs} zone={frame.viewer.zone} /> were examined.
            </p>
          )}
        </>
      )}
    </section>
  );
}
