// Writes a report as JSON, with long lists of ids truncated.

import type { ReportAnswer } from '@anthracite/protocol';
import type { Coverage } from '../report/coverage';
import type { DeliveryFigures } from '../report/delivery';
import type { GainFigures, IncidentFigures } from '../report/incident-figures';
import type { Range } from '../report/intervals';
import type { Part, RangeFigures, Report } from '../report/report';
import { isoInstant } from './instant';

const maxListedIds = 1_000;

/** A report as JSON. Ranges are ISO 8601; `truncated` shows that a list of ids was truncated. */
export function reportToJson(report: Report): ReportAnswer {
  const ids = new IdLists();
  const incidentPart = ({ name, figures }: Part<IncidentFigures>) => ({
    name,
    figures: ids.ofSpans(figures),
  });
  const figuresOf = ({ coverage, incidents, gains, delivery, errorBudgets }: RangeFigures) => ({
    coverage: coverageToJson(coverage),
    incidents: ids.ofSpans(incidents),
    gains: ids.ofSpans(gains),
    delivery: ids.ofDeliveries(delivery),
    errorBudgets,
  });
  const { previous } = report;
  const shown = {
    ...rangeOf(report),
    ...figuresOf(report),
    previous:
      previous === null
        ? null
        : { unit: previous.unit, ...rangeOf(previous), ...figuresOf(previous), changes: previous.changes },
    bySeverity: report.bySeverity.map(incidentPart),
    byOrigin: report.byOrigin.map(incidentPart),
    byType: report.byType.map(incidentPart),
    byService: report.byService,
    byTeam: report.byTeam,
    gainsBySeverity: report.gainsBySeverity.map(({ name, figures }) => ({
      name,
      figures: ids.ofSpans(figures),
    })),
    byPeriod: report.byPeriod.map((part) => ({ name: part.name, ...rangeOf(part), ...figuresOf(part) })),
  };
  return { ...shown, truncated: ids.isCut };
}

function rangeOf({ fromMs, untilMs }: Range): { from: string; until: string } {
  return { from: isoInstant(fromMs), until: isoInstant(untilMs) };
}

function coverageToJson({ fromMs, ...figures }: Coverage): ReportAnswer['coverage'] {
  return { from: fromMs === null ? null : isoInstant(fromMs), ...figures };
}

/** Truncates long lists of ids, and remembers whether it did. */
class IdLists {
  isCut = false;

  ofSpans<Figures extends IncidentFigures | GainFigures>(figures: Figures): Figures {
    const { spans, oddMarkIds } = figures;
    return { ...figures, spans: this.#cut(spans), oddMarkIds: this.#cut(oddMarkIds) };
  }

  ofDeliveries(figures: DeliveryFigures): DeliveryFigures {
    return {
      ...figures,
      deploymentIds: this.#cut(figures.deploymentIds),
      failedIds: this.#cut(figures.failedIds),
      reworkIds: this.#cut(figures.reworkIds),
      incidentIds: this.#cut(figures.incidentIds),
    };
  }

  #cut(ids: readonly number[]): readonly number[] {
    this.isCut ||= ids.length > maxListedIds;
    return ids.slice(0, maxListedIds);
  }
}
