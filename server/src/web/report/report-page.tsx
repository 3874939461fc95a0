// The page of a report: figures, pictures, and the definitions of both.

import type { IllustratedReport } from '../../report/illustrated-report';
import type { ReportPeriod } from '../../report/period';
import type { DayFigures } from '../../report/pictures';
import type { PeriodPart } from '../../report/report';
import { withParameters } from '../address';
import { writeDocument } from '../document';
import { type Frame, Layout } from '../layout';
import { type Chosen, listRange, reportRange } from '../links';
import { areDays, type BinCounts, totalsOf } from '../picture/bin-counts';
import { Calendar, type CalendarDay } from '../picture/calendar';
import { EventBars } from '../picture/event-bars';
import { RepairTimes } from '../picture/repair-times';
import { SpanLanes } from '../picture/span-lanes';
import { UptimeLine } from '../picture/uptime-line';
import { DefinedFigures } from './defined-figures';
import { deliveryDefinitions, gainDefinitions, incidentDefinitions } from './definitions';
import { Headlines } from './headlines';
import { GainParts, IncidentParts, PeriodTable, type Sources } from './part-tables';
import { type AskedRange, RangeForm } from './range-form';

/** A report with what its page shows of it. */
export interface ShownReport {
  readonly report: IllustratedReport;
  /** Counts of events by type, of consecutive parts of the range: its days, where it is not too long. */
  readonly counts: BinCounts;
  readonly period: ReportPeriod;
  /** The time zone of its calendar, which is the server's: a report is the same for everybody. */
  readonly zone: string;
  /** What events and spans were chosen by, apart from the range. */
  readonly chosen: Chosen;
}

const maxListed = 20;

/** The page; without a report where what was typed cannot be asked. */
export function reportPage(frame: Frame, asked: AskedRange, shown: ShownReport | null): string {
  return writeDocument(
    <Layout frame={frame} title="Report" zone={asked.zone}>
      <div class="report">
        <h1>Report</h1>
        <RangeForm asked={asked} />
        {shown !== null && <Contents {...shown} />}
      </div>
    </Layout>,
  );
}

function Contents({ report, counts, period, zone, chosen }: ShownReport) {
  const { pictures, incidents, gains, delivery, byPeriod } = report;
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
    withParameters('/report', { ...reportRange(part), ...chosen });
  const asFormat = (format: 'json' | 'csv'): string =>
    withParameters(format === 'csv' ? '/report/csv' : '/report', {
      ...reportRange(range),
      ...chosen,
      period,
    });
  return (
    <>
      <Headlines
        report={report}
        incidentsHref={spans('incident')()}
        gainsHref={spans('gain')()}
        deploysHref={deploysHref}
      />

      <h2>Pictures</h2>
      <div class="pictures">
        <UptimeLine taken={pictures.taken} periods={byPeriod} range={range} zone={zone} chosen={chosen} />
        <SpanLanes bars={pictures.bars} moreBars={pictures.moreBars} range={range} zone={zone} />
        <RepairTimes bars={pictures.bars} periods={byPeriod} range={range} zone={zone} />
        <EventBars counts={counts} range={range} zone={zone} chosen={chosen} />
        {areDays(range) ? (
          <Calendar days={calendarDays(pictures.days, counts)} zone={zone} chosen={chosen} />
        ) : (
          <p class="soft">Of ranges above two years there is no calendar.</p>
        )}
      </div>

      <h2 id="incidents">Incidents</h2>
      <DefinedFigures
        figures={incidents}
        definitions={incidentDefinitions}
        path="incidents"
        href={spans('incident')()}
      />
      <div class="sideways">
        <IncidentParts
          groups={[
            { kind: 'severity', path: 'bySeverity', parts: report.bySeverity },
            { kind: 'origin', path: 'byOrigin', parts: report.byOrigin },
            { kind: 'type', path: 'byType', parts: report.byType },
          ]}
          sources={spans('incident')}
        />
      </div>

      <h2 id="gains">Gains</h2>
      <DefinedFigures figures={gains} definitions={gainDefinitions} path="gains" href={spans('gain')()} />
      <div class="sideways">
        <GainParts parts={report.gainsBySeverity} sources={spans('gain')} />
      </div>

      <h2 id="delivery">Delivery</h2>
      <DefinedFigures
        figures={delivery}
        definitions={deliveryDefinitions}
        path="delivery"
        href={deploysHref}
      />
      <IdList name="Deployments that failed" ids={delivery.failedIds} path="/events" />
      <IdList name="Incidents held against them" ids={delivery.incidentIds} path="/spans" />
      {delivery.leadTimesLeftOut > 0 && (
        <p class="soft">
          {delivery.leadTimesLeftOut} commit times are left out: they are later than their deployment, or
          none.
        </p>
      )}

      <h2 id="periods">By {period}</h2>
      <div class="sideways periods">
        <PeriodTable periods={byPeriod} hrefOf={periodHref} />
      </div>

      <p class="soft">
        The same for programs: <a href={asFormat('json')}>JSON</a>, <a href={asFormat('csv')}>CSV</a>. A
        deployment before an incident need not have caused it: these are measures to follow over time, not
        proofs.
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
  return type.some((pattern) => !pattern.startsWith('!'));
}

// One type in place of those that were asked for; what was left out stays so.
function typesOf({ type = [] }: Chosen, name: string): { readonly type: readonly string[] } {
  return { type: [name, ...type.filter((pattern) => pattern.startsWith('!'))] };
}
