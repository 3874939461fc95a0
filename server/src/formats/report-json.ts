// Writes a report as JSON, with long lists of ids truncated.

import type { ReportAnswer } from '@anthracite/protocol';
import type { Coverage } from '../report/coverage';
import type { DeliveryFigures } from '../report/delivery';
import type { GainFigures, IncidentFigures } from '../report/incident-figures';
import type { Part, Report } from '../report/report';
import { isoInstant } from './instant';

const maxListedIds = 1_000;

/** A report as JSON. Ranges are ISO 8601; `truncated` shows that a list of ids was truncated. */
export function reportToJson(report: Report): ReportAnswer {
  const ids = new IdLists();
  const incidentPart = ({ name, figures }: Part<IncidentFigures>) => ({
    name,
    figures: ids.ofSpans(figures),
  });
  const { fromMs, untilMs } = report;
  const shown = {
    from: isoInstant(fromMs),
    until: isoInstant(untilMs),
    coverage: coverageToJson(report.coverage),
    incidents: ids.ofSpans(report.incidents),
    bySeverity: report.bySeverity.map(incidentPart),
    byOrigin: report.byOrigin.map(incidentPart),
    byType: report.byType.map(incidentPart),
    gains: ids.ofSpans(report.gains),
    gainsBySeverity: report.gainsBySeverity.map(({ name, figures }) => ({
      name,
      figures: ids.ofSpans(figures),
    })),
    delivery: ids.ofDeliveries(report.delivery),
    byPeriod: report.byPeriod.map((part) => ({
      name: part.name,
      from: isoInstant(part.fromMs),
      until: isoInstant(part.untilMs),
      coverage: coverageToJson(part.coverage),
      incidents: ids.ofSpans(part.incidents),
      gains: ids.ofSpans(part.gains),
      delivery: ids.ofDeliveries(part.delivery),
    })),
  };
  return { ...shown, truncated: ids.isCut };
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
