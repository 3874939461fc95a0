// The page of a report: figures, charts and definitions.

import { isExclusion, partPatterns } from '@anthracite/protocol/browser';
import type { IllustratedReport } from '../../report/illustrated-report';
import type { Range } from '../../report/intervals';
import type { ReportPeriod } from '../../report/period';
import type { DayFigures } from '../../report/pictures';
import { withParameters } from '../address';
import { areDays, type BinCounts, totalsOf } from '../chart/bin-counts';
import { Calendar, type CalendarDay } from '../chart/calendar';
import { EventBars } from '../chart/event-bars';
import { RepairTimes } from '../chart/repair-times';
import { SpanLanes } from '../chart/span-lanes';
import { UptimeLine } from '../chart/uptime-line';
import { writeDocument } from '../document';
import { localDay, localText } from '../instant';
import { type Frame, Layout } from '../layout';
import { type Chosen, listRange, reportRange } from '../links';
import { numberOf, shareText } from '../measure';
import { previousName } from './change';
import { CoverageNote } from './coverage-note';
import { DefinedFigures } from './defined-figures';
import { deliveryDefinitions, gainDefinitions, incidentDefinitions } from './definitions';
import { FailedDeployments, OddIncidents, ReworkDeployments } from './event-tables';
import { BudgetTable, GroupTable } from './group-tables';
import { Headlines } from './headlines';
import { GainParts, IncidentParts, PeriodTable, type Sources } from './part-tables';
import { type AskedRange, RangeForm } from './range-form';
import { WideTable } from './wide-table';

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

/** The page; without a report if the input is invalid. */
export function reportPage(frame: Frame, asked: AskedRange, shown: ShownReport | null): string {
  const { zone, range } = asked;
  const days =
    range === null ? '' : `, ${localDay(range.fromMs, zone)} to ${localDay(range.untilMs - 1, zone)}`;
  return writeDocument(
    <Layout
      frame={frame}
      title={`Report${days}`}
      {...(shown !== null && { description: summaryOf(shown.report) })}
    >
      <div class="report">
        <h1>Report</h1>
        <RangeForm asked={asked} frame={frame} />
        <p class="print-only soft">
          Created {localText(frame.now, zone).slice(0, 16)}, {zone}
        </p>
        {shown !== null && <Contents {...shown} />}
      </div>
    </Layout>,
  );
}

/** The report in a sentence, for previews: `Uptime 99.29 %, 35 incidents, 490 deployments.` */
function summaryOf({ coverage, incidents, delivery }: IllustratedReport): string {
  if (coverage.fromMs === null || incidents.uptime === null) return 'No data in this range.';
  return `Uptime ${shareText(incidents.uptime)}, ${numberOf(incidents.count, 'incident')}, ${numberOf(delivery.deployments, 'deployment')}.`;
}

function Contents({ report, counts, period, zone, chosen, counting }: ShownReport) {
  const { pictures, tables, coverage, incidents, gains, delivery, byPeriod, previous } = report;
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
  const periodHref = (part: Range): string =>
    withParameters('/report', { ...reportRange(part), ...chosen, ...counting });
  const asFormat = (path: string, shape?: 'wide'): string =>
    withParameters(path, {
      ...reportRange(range),
      ...chosen,
      ...counting,
      period,
      tz: zone,
      ...(shape && { shape }),
    });
  const groupHref = (tag: string): string =>
    withParameters('/spans', {
      ...listRange(range),
      ...chosen,
      scale: 'incident',
      all: [...(chosen['all'] ?? []), tag],
    });
  return (
    <>
      {previous !== null && isKnown && (
        <p class="soft compared">
          Compared with <a href={periodHref(previous)}>the {previousName(previous)} before</a>:{' '}
          {localText(previous.fromMs, zone).slice(0, 16)} to {localText(previous.untilMs, zone).slice(0, 16)}
          {previous.coverage.fromMs === null && ', which has no data'}
          {previous.coverage.fromMs !== null &&
            previous.coverage.fromMs > previous.fromMs &&
            `. Its data starts at ${localText(previous.coverage.fromMs, zone).slice(0, 16)}: counts are not compared`}
          .
        </p>
      )}
      <CoverageNote report={report} zone={zone} />
      <Headlines
        report={report}
        incidentsHref={spans('incident')()}
        gainsHref={spans('gain')()}
        deploysHref={deploysHref}
      />

      <BudgetTable budgets={report.errorBudgets} isKnown={isKnown} />

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
        previous={previous}
        path="incidents"
        href={spans('incident')()}
        isKnown={isKnown}
      />
      <OddIncidents rows={tables.odd} total={incidents.oddMarks} zone={zone} />
      <WideTable label="Incidents by severity, origin and type">
        <IncidentParts
          groups={[
            { kind: 'severity', path: 'bySeverity', parts: report.bySeverity },
            { kind: 'origin', path: 'byOrigin', parts: report.byOrigin },
            { kind: 'type', path: 'byType', parts: report.byType },
          ]}
          sources={spans('incident')}
          isKnown={isKnown}
        />
      </WideTable>

      <h2 id="gains">Gains</h2>
      <DefinedFigures
        figures={gains}
        definitions={gainDefinitions}
        previous={previous}
        path="gains"
        href={spans('gain')()}
        isKnown={isKnown}
      />
      <WideTable label="Gains by severity">
        <GainParts parts={report.gainsBySeverity} sources={spans('gain')} isKnown={isKnown} />
      </WideTable>

      <h2 id="delivery">Delivery</h2>
      <DefinedFigures
        figures={delivery}
        definitions={deliveryDefinitions}
        previous={previous}
        path="delivery"
        href={deploysHref}
        isKnown={isKnown}
      />
      <FailedDeployments rows={tables.failed} total={delivery.failed} zone={zone} />
      <ReworkDeployments rows={tables.rework} total={delivery.rework} zone={zone} />

      <GroupTable
        noun="service"
        path="byService"
        groups={report.byService}
        isKnown={isKnown}
        hrefOf={groupHref}
      />
      <GroupTable noun="team" path="byTeam" groups={report.byTeam} isKnown={isKnown} hrefOf={groupHref} />

      <h2 id="periods">By {period}</h2>
      <WideTable label={`Figures by ${period}`} kind="periods">
        <PeriodTable periods={byPeriod} hrefOf={periodHref} />
      </WideTable>

      <p class="soft exports">
        Export: <a href={asFormat('/report')}>JSON</a>, <a href={asFormat('/report/csv')}>CSV</a>,{' '}
        <a href={asFormat('/report/csv', 'wide')}>CSV with a row for each {period}</a>. A deployment shortly
        before an incident has not necessarily caused it. Use these figures to follow trends.
      </p>
    </>
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
