// The page of one span, such as an incident: suspects first, then its log, figures and related incidents.

import { keyTagOf, withSeverity } from '@anthracite/protocol/core';
import type { LogEntry } from '../../formats/log-entry';
import type { TitledSpan } from '../../formats/titled-span';
import type { Suspects } from '../../formats/told-suspects';
import { timeToDetect, timeToResolve, timeToRestore } from '../../report/incident-figures';
import { withParameters, withValue } from '../address';
import { writeDocument } from '../document';
import { Figure } from '../figure';
import type { FieldProblem } from '../filter';
import { distanceText, Instant } from '../instant';
import { type Frame, Layout } from '../layout';
import { instantText } from '../links';
import { numberOf } from '../measure';
import { Notice, type NoticeName } from '../notice';
import { RichLine } from '../rich-text';
import { lookOf, SeverityBadge, severityName } from '../severity-badge';
import { TagChip } from '../tag-chip';
import { currentSeverity, type MarkTyped, SpanActions, UndoButton } from './span-actions';
import { endLabel, Length, only, Problems, spanAddress } from './span-facts';
import { SpanLog } from './span-log';
import { SuspectChart } from './suspect-chart';
import { SuspectList } from './suspect-list';

/** What the page shows. */
export interface SpanView {
  readonly span: TitledSpan;
  /** In order of time. */
  readonly log: readonly LogEntry[];
  readonly suspects: Suspects;
  /** Other incidents of the same name or service, newest first. */
  readonly related: readonly TitledSpan[];
  /** The time before the start in which suspects are searched, as in the address. */
  readonly window: string;
  readonly notice: NoticeName | null;
  /** The id of the mark just added, which can be taken back; null without one. */
  readonly undoable: number | null;
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}

const windows = ['1h', '6h', '24h', '168h'];
const labelOf = (window: string): string => (window === '168h' ? '7 days' : window);
const aroundMs = 3_600_000;
const listNames = { incident: 'Incidents', gain: 'Gains', other: 'Other spans' } as const;

/** The page. */
export function spanPage(frame: Frame, view: SpanView): string {
  const { viewer } = frame;
  const { span, log, notice, undoable, related } = view;
  return writeDocument(
    <Layout frame={frame} title={span.title}>
      <article class="span-page">
        <div class="after-action">
          <Notice name={notice} />
          {undoable !== null && <UndoButton id={span.id} mark={undoable} />}
        </div>
        <Head view={view} frame={frame} />
        <Problems problems={span.problems} />
        <div class="columns">
          <div class="main-column">
            <Before view={view} frame={frame} />
            <SpanLog span={span} log={log} zone={viewer.zone} />
            {related.length > 0 && <Related spans={related} frame={frame} />}
          </div>
          <div class="side-column">
            {viewer.mayWrite && (
              <SpanActions span={span} mayEdit={viewer.mayEdit} typed={view.typed} problem={view.problem} />
            )}
            <SpanFigures span={span} />
            <Around view={view} frame={frame} />
          </div>
        </div>
      </article>
    </Layout>,
  );
}

function Head({
  view: { span },
  frame: { now, viewer },
}: {
  readonly view: SpanView;
  readonly frame: Frame;
}) {
  const isOpen = span.end === null;
  const severity = currentSeverity(span);
  const look = lookOf(span);
  return (
    <header>
      <p class="crumb soft">
        <a href={withParameters('/spans', span.scale === 'incident' ? {} : { scale: span.scale })}>
          {listNames[span.scale]}
        </a>{' '}
        › {withSeverity(span.type, null) ?? span.type}
        {span.key !== null && ` ${span.key}`}
      </p>
      <h1>
        <SeverityBadge look={look} severity={severity} /> <RichLine text={span.title} />
      </h1>
      <p class="state">
        <Length span={span} now={now} /> {isOpen ? 'since' : <span class="soft">from</span>}{' '}
        <Instant time={span.begin} zone={viewer.zone} />
        {span.end !== null && (
          <>
            {' '}
            <span class="soft">to</span> <Instant time={span.end} zone={viewer.zone} />{' '}
            <span class="soft">(ended {distanceText(span.end, now)})</span>
          </>
        )}
        {severity !== span.severity && (
          <span class="soft">, at most {severityName(look, span.severity)}</span>
        )}
      </p>
      {viewer.mayWrite && isOpen && (
        <p class="to-actions">
          <a class="button main" href="#actions">
            {endLabel(span.scale)} or add a note
          </a>
        </p>
      )}
    </header>
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
          <SuspectList told={suspects} zone={frame.viewer.zone} />
          <details class="chart">
            <summary>Chart of these changes</summary>
            <SuspectChart told={suspects} zone={frame.viewer.zone} now={frame.now} />
          </details>
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

function Around({ view: { span, suspects }, frame }: { readonly view: SpanView; readonly frame: Frame }) {
  const range = {
    from: instantText(span.begin - aroundMs),
    until: instantText(Math.max(span.begin, span.end ?? frame.now) + aroundMs),
  };
  const keyTag = keyTagOf(span.tags);
  return (
    <p class="around">
      Events from 1 hour before to 1 hour after: <a href={withParameters('/events/', range)}>table</a>,{' '}
      <a href={withParameters('/timeline', range)}>timeline</a>
      {keyTag !== null && (
        <>
          ; <a href={withValue('/events/?range=all', 'all', keyTag)}>all with its key</a>
        </>
      )}
      {suspects.span.scale === 'incident' && (
        <>
          ; <a href={`${spanAddress(span.id)}/postmortem`}>postmortem (Markdown)</a>; all incidents:{' '}
          <a href={withParameters('/report', {})}>report</a>
        </>
      )}
    </p>
  );
}

function Related({ spans, frame }: { readonly spans: readonly TitledSpan[]; readonly frame: Frame }) {
  return (
    <section class="related">
      <h2>Related incidents</h2>
      <ul>
        {spans.map((span) => (
          <li key={span.id}>
            <SeverityBadge look={lookOf(span)} severity={span.severity} />{' '}
            <a class="title" href={spanAddress(span.id)}>
              <bdi>{span.title}</bdi>
            </a>{' '}
            <span class="soft">
              <Instant time={span.begin} zone={frame.viewer.zone} />, <Length span={span} now={frame.now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
