// The pages of incidents, gains and other spans: open spans on top, then ended spans, newest first.

import type { Scale } from '@anthracite/protocol/core';
import type { TitledSpan } from '../../formats/titled-span';
import { timeToDetect, timeToResolve } from '../../report/incident-figures';
import { withParameters } from '../address';
import { writeDocument } from '../document';
import { Figure } from '../figure';
import { type FieldProblem, type Filter, isNarrow } from '../filter';
import { FilterForm } from '../filter-form';
import { distanceText, Instant } from '../instant';
import { type Frame, Layout } from '../layout';
import { lookOf, SeverityBadge, severityChoices } from '../severity-badge';
import { ResolveLink } from './span-actions';
import { Length, only, spanAddress } from './span-facts';

/** What the page shows. */
export interface SpansView {
  readonly filter: Filter;
  readonly scale: Scale;
  /** As in the address; empty: all. */
  readonly severity: string;
  readonly origin: string;
  readonly types: readonly string[];
  /** The error of the filter; then there are no spans. */
  readonly problem: FieldProblem | null;
  /** Newest first. Only on the first page. */
  readonly open: readonly TitledSpan[];
  /** True if more open spans exist than are shown. */
  readonly hasMoreOpen: boolean;
  readonly over: readonly TitledSpan[];
  /** Address of the next page; null on the last page. */
  readonly next: string | null;
  /** True when this is not the first page. */
  readonly isFurther: boolean;
}

const names = {
  incident: { title: 'Incidents', one: 'An incident', ended: 'Resolved' },
  gain: { title: 'Gains', one: 'A gain', ended: 'Ended' },
  other: { title: 'Other spans', one: 'A span', ended: 'Ended' },
} as const satisfies Record<Scale, unknown>;
const severities = [['', 'any'], ...severityChoices, ['none', 'not set']] as const;
const origins = [
  ['', 'any'],
  ['self', 'self'],
  ['external', 'external'],
  ['unknown', 'unknown'],
] as const;

/** The page. */
export function spansPage(frame: Frame, view: SpansView): string {
  const { self } = frame;
  const { filter, scale, severity, origin, types, problem, open, over, hasMoreOpen, next, isFurther } = view;
  const { title, one, ended } = names[scale];
  const isAll = !isNarrow(filter) && severity === '' && origin === '';
  return writeDocument(
    <Layout frame={frame} title={title}>
      <div class="spans">
        <div class="heading">
          <h1>{title}</h1>
          <Scales self={self} scale={scale} />
          {frame.viewer.mayWrite && (
            <a class="button main" href="/declare">
              Declare incident
            </a>
          )}
        </div>
        <FilterForm
          frame={frame}
          filter={filter}
          types={types}
          problem={problem}
          hidden={scale === 'incident' ? {} : { scale }}
        >
          <Choice name="severity" label="Severity" value={severity} options={severities} />
          <Choice name="origin" label="Origin" value={origin} options={origins} />
        </FilterForm>
        {open.length > 0 && (
          <section class="open-spans">
            <h2>Open ({hasMoreOpen ? `newest ${open.length} shown` : open.length})</h2>
            <SpanTable spans={open} frame={frame} isOpen />
          </section>
        )}
        {over.length > 0 && (
          <section>
            {open.length > 0 && <h2>{ended}</h2>}
            <SpanTable spans={over} frame={frame} />
          </section>
        )}
        {problem === null && open.length + over.length === 0 && (
          <p class="notice">
            {isAll ? `No ${title.toLowerCase()} yet.` : `No matching ${title.toLowerCase()}.`}{' '}
            {isAll && scale !== 'other' && frame.viewer.mayWrite && (
              <>
                {one} starts with an event such as{' '}
                <a href={`/add?type=${scale}_sev2_start`}>
                  <code>{scale}_sev2_start</code>
                </a>{' '}
                and ends with <code>{scale}_sev2_resolved</code>.
              </>
            )}
          </p>
        )}
        <p class="paging">
          {isFurther && <a href={withParameters(self, { after: null })}>Newest</a>}
          {next !== null && (
            <a rel="next" href={next}>
              Older
            </a>
          )}
          {problem === null && <a href={calendarAddress(self, scale)}>Calendar (ics)</a>}
        </p>
      </div>
    </Layout>,
  );
}

// The same spans as calendar entries.
function calendarAddress(self: string, scale: Scale): string {
  return withParameters(self.replace(/^[^?]*/, '/spans/ics'), { scale, after: null });
}

function Scales({ self, scale }: { readonly self: string; readonly scale: Scale }) {
  return (
    <nav class="ranges" aria-label="Kind of span">
      {(Object.keys(names) as Scale[]).map((name) => (
        <a
          key={name}
          href={withParameters(self, { scale: name === 'incident' ? null : name, after: null })}
          {...(name === scale && { 'aria-current': 'true' })}
        >
          {names[name].title}
        </a>
      ))}
    </nav>
  );
}

function Choice({
  name,
  label,
  value,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
}) {
  return (
    <label class={`field ${name}`}>
      <span class="label">{label}</span>
      <select name={name}>
        {options.map(([one, text]) => (
          <option key={one} value={one} selected={one === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function SpanTable({
  spans,
  frame,
  isOpen = false,
}: {
  readonly spans: readonly TitledSpan[];
  readonly frame: Frame;
  readonly isOpen?: boolean;
}) {
  const { viewer } = frame;
  return (
    <table class="span-table">
      <thead>
        <tr>
          <th scope="col">title</th>
          <th scope="col">start</th>
          <th scope="col">{isOpen ? 'state' : 'duration'}</th>
          <th scope="col">
            <abbr title="time to detect">TTD</abbr>
          </th>
          {!isOpen && (
            <th scope="col">
              <abbr title="time to resolve">TTR</abbr>
            </th>
          )}
          <th scope="col">origin</th>
          {isOpen && viewer.mayWrite && (
            <th scope="col">
              <span class="hidden-text">action</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {spans.map((span) => (
          <tr key={span.id}>
            <th scope="row" class="what">
              <SeverityBadge look={lookOf(span)} severity={span.severity} />{' '}
              <a class="title" href={spanAddress(span.id)}>
                <bdi>{span.title}</bdi>
              </a>
              <span class="soft mono name">
                {span.type}
                {span.key !== null && ` ${span.key}`}
                {span.problems.length > 0 && (
                  <span class="odd-sign" title="the marks of this span are inconsistent">
                    {' '}
                    inconsistent marks
                  </span>
                )}
              </span>
            </th>
            <td data-name="start" title={distanceText(span.begin, frame.now)}>
              <Instant time={span.begin} zone={viewer.zone} />
            </td>
            <td data-name={isOpen ? 'state' : 'duration'}>
              <Length span={span} now={frame.now} />
            </td>
            <td data-name="TTD">
              <Figure value={only(timeToDetect(span))} measure="duration" />
            </td>
            {!isOpen && (
              <td data-name="TTR">
                <Figure value={only(timeToResolve(span))} measure="duration" />
              </td>
            )}
            <td data-name="origin">{span.origin ?? <span class="unknown">-</span>}</td>
            {isOpen && viewer.mayWrite && (
              <td class="action">
                <ResolveLink {...span} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
