// The page of a report: figures, charts and definitions.

import { isExclusion, partPatterns } from '@anthracite/protocol/browser';
import type { IllustratedReport } from '../../report/illustrated-report';
import type { ReportPeriod } from '../../report/period';
import type { DayFigures } from '../../report/pictures';
import type { PeriodPart } from '../../report/report';
import { withParameters } from '../address';
import { areDays, type BinCounts, totalsOf } from '../chart/bin-counts';
import { Calendar, type CalendarDay } from '../chart/calendar';
import { EventBars } from '../chart/event-bars';
import { RepairTimes } from '../chart/repair-times';
import { SpanLanes } from '../chart/span-lanes';
import { UptimeLine } from '../chart/uptime-line';
import { writeDocument } from '../document';
import { type Frame, Layout } from '../layout';
import { type Chosen, listRange, reportRange } from '../links';
import { CoverageNote } from './coverage-note';
import { DefinedFigures } from './defined-figures';
import { deliveryDefinitions, gainDefinitions, incidentDefinitions } from './definitions';
import { Headlines } from './headlines';
import { GainParts, IncidentParts, PeriodTable, type Sources } from './part-tables';
import { type AskedRange, RangeForm } from './range-form';

/** A report and the other content of its page. */
export interface ShownReport {
  readonly report: IllustratedReport;
  /** Counts of events by type for consecutive parts of the range: days, or longer parts for very long ranges. */
  readonly counts: BinCounts;
  readonly period: ReportPeriod;
  /** The time zone of its calendar: the server's, so that a report is the same for all users. */
  readonly zone: string;
  /** The filter of events and spans, without the range. */
  readonly chosen: Chosen;
  /** The parameters `window` and `maintenance` of the address. */
  readonly counting: Chosen;
}

const maxListed = 20;

/** The page; without a report if the input is invalid. */
export function reportPage(frame: Frame, asked: AskedRange, shown: ShownReport | null): string {
  return writeDocument(
    <Layout frame={frame} title="Report">
      <div class="report">
        <h1>Report</h1>
        <RangeForm asked={asked} frame={frame} />
        {shown !== null && <Contents {...shown} />}
      </div>
    </Layout>,
  );
}

function Contents({ report, counts, period, zone, chosen, counting }: ShownReport) {
  const { pictures, coverage, incidents, gains, delivery, byPeriod } = report;
  const isKnown = coverage.fromMs !== null;
  const range = { fromMs: report.fromMs, untilMs: report.untilMs };
  const spans =
    (scale: 'incident' | 'gain'): Sources =>
    (part) =>
      withParameters('/spans', {
        ...listRange(range),
        ...chosen,
        scale,
        ...(part?.kind === 'type'
          ? typesOf(chosen, part.name)
          : part && { [part.kind]: part.name.replace('sev', '') }),
      });
  const deploysHref = withParameters('/events/', {
    ...listRange(range),
    ...chosen,
    ...(hasTypes(chosen) ? {} : typesOf(chosen, 'deploy_*')),
  });
  const periodHref = (part: PeriodPart): string =>
    withParameters('/report', { ...reportRange(part), ...chosen, ...counting });
  const asFormat = (format: 'json' | 'csv'): string =>
    withParameters(format === 'csv' ? '/report/csv' : '/report', {
      ...reportRange(range),
      ...chosen,
      ...counting,
      period,
      tz: zone,
    });
  return (
    <>
      <CoverageNote report={report} zone={zone} />
      <Headlines
        report={report}
        incidentsHref={spans('incident')()}
        gainsHref={spans('gain')()}
        deploysHref={deploysHref}
      />

      <h2>Charts</h2>
      <div class="charts">
        <UptimeLine
          taken={pictures.taken}
          coverage={coverage}
          periods={byPeriod}
          range={range}
          zone={zone}
          chosen={{ ...chosen, ...counting }}
        />
        <SpanLanes bars={pictures.bars} moreBars={pictures.moreBars} range={range} zone={zone} />
        <RepairTimes bars={pictures.bars} periods={byPeriod} range={range} zone={zone} />
        <EventBars counts={counts} range={range} zone={zone} chosen={chosen} />
        {areDays(range) ? (
          <Calendar days={calendarDays(pictures.days, counts)} zone={zone} chosen={chosen} />
        ) : (
          <p class="soft">No calendar for ranges longer than 800 days.</p>
        )}
      </div>

      <h2 id="incidents">Incidents</h2>
      <DefinedFigures
        figures={incidents}
        definitions={incidentDefinitions}
        path="incidents"
        href={spans('incident')()}
        isKnown={isKnown}
      />
      <IdList name="Incidents with inconsistent marks" ids={incidents.oddMarkIds} path="/spans" />
      <div class="sideways">
        <IncidentParts
          groups={[
            { kind: 'severity', path: 'bySeverity', parts: report.bySeverity },
            { kind: 'origin', path: 'byOrigin', parts: report.byOrigin },
            { kind: 'type', path: 'byType', parts: report.byType },
          ]}
          sources={spans('incident')}
          isKnown={isKnown}
        />
      </div>

      <h2 id="gains">Gains</h2>
      <DefinedFigures
        figures={gains}
        definitions={gainDefinitions}
        path="gains"
        href={spans('gain')()}
        isKnown={isKnown}
      />
      <div class="sideways">
        <GainParts parts={report.gainsBySeverity} sources={spans('gain')} isKnown={isKnown} />
      </div>

      <h2 id="delivery">Delivery</h2>
      <DefinedFigures
        figures={delivery}
        definitions={deliveryDefinitions}
        path="delivery"
        href={deploysHref}
        isKnown={isKnown}
      />
      <IdList name="Failed deployments" ids={delivery.failedIds} path="/events" />
      <IdList name="Incidents attributed to deployments" ids={delivery.incidentIds} path="/spans" />
      <IdList name="Rework" ids={delivery.reworkIds} path="/events" />

      <h2 id="periods">By {period}</h2>
      <div class="sideways periods">
        <PeriodTable periods={byPeriod} hrefOf={periodHref} />
      </div>

      <p class="soft">
        Export: <a href={asFormat('json')}>JSON</a>, <a href={asFormat('csv')}>CSV</a>. A deployment shortly
        before an incident has not necessarily caused it. Use these figures to follow trends.
      </p>
    </>
  );
}

function IdList({
  name,
  ids,
  path,
}: {
  readonly name: string;
  readonly ids: readonly number[];
  readonly path: string;
}) {
  if (ids.length === 0) return null;
  const more = ids.length - maxListed;
  return (
    <p>
      {name}:{' '}
      {ids.slice(0, maxListed).map((id, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <a href={`${path}/${id}`}>{id}</a>
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </p>
  );
}

function calendarDays(days: readonly DayFigures[], counts: BinCounts): CalendarDay[] {
  const totals = totalsOf(counts);
  return days.map((day, i) => ({ ...day, events: totals[i] ?? 0 }));
}

function hasTypes({ type = [] }: Chosen): boolean {
  return partPatterns(type).wanted.length > 0;
}

// One type instead of the requested types; excluded types stay excluded.
function typesOf({ type = [] }: Chosen, name: string): { readonly type: readonly string[] } {
  return { type: [name, ...type.filter(isExclusion)] };
}
