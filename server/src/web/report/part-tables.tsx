// Tables of the figures of a report by severity, origin, type and period.

import type { ComponentChildren } from 'preact';
import type { DeliveryFigures } from '../../report/delivery';
import type { ErrorBudget } from '../../report/error-budget';
import type { GainFigures, IncidentFigures } from '../../report/incident-figures';
import type { Part, PeriodPart } from '../../report/report';
import { Figure } from '../figure';
import type { Measure } from '../measure';

/** Makes the address of the list of a figure's events or spans. */
export type Sources = (part?: {
  readonly kind: 'severity' | 'origin' | 'type';
  readonly name: string;
}) => string;

interface Column<T> {
  readonly name: string;
  readonly label: string;
  readonly measure: Measure;
  readonly of: (figures: T) => number | null;
}

const incidentColumns: readonly Column<IncidentFigures>[] = [
  { name: 'count', label: 'incidents', measure: 'count', of: ({ count }) => count },
  { name: 'open', label: 'open', measure: 'count', of: ({ open }) => open },
  {
    name: 'timeToDetect.medianMs',
    label: 'TTD, median',
    measure: 'duration',
    of: ({ timeToDetect }) => timeToDetect.medianMs,
  },
  {
    name: 'timeToResolve.medianMs',
    label: 'TTR, median',
    measure: 'duration',
    of: ({ timeToResolve }) => timeToResolve.medianMs,
  },
  {
    name: 'timeBetweenFailures.meanMs',
    label: 'MTBF, mean',
    measure: 'duration',
    of: ({ timeBetweenFailures }) => timeBetweenFailures.meanMs,
  },
  { name: 'downMs', label: 'downtime', measure: 'duration', of: ({ downMs }) => downMs },
  { name: 'uptime', label: 'uptime', measure: 'share', of: ({ uptime }) => uptime },
  { name: 'weightedUptime', label: 'weighted', measure: 'share', of: ({ weightedUptime }) => weightedUptime },
];
const gainColumns: readonly Column<GainFigures>[] = [
  { name: 'count', label: 'gains', measure: 'count', of: ({ count }) => count },
  { name: 'gainMs', label: 'gain time', measure: 'duration', of: ({ gainMs }) => gainMs },
  { name: 'share', label: 'share', measure: 'share', of: ({ share }) => share },
];
const deliveryColumns: readonly Column<DeliveryFigures>[] = [
  { name: 'deployments', label: 'deployments', measure: 'count', of: ({ deployments }) => deployments },
  {
    name: 'deploymentsPerDay',
    label: 'per day',
    measure: 'count',
    of: ({ deploymentsPerDay }) => deploymentsPerDay,
  },
  {
    name: 'changeFailRate',
    label: 'fail rate',
    measure: 'share',
    of: ({ changeFailRate }) => changeFailRate,
  },
  {
    name: 'deploymentReworkRate',
    label: 'rework rate',
    measure: 'share',
    of: ({ deploymentReworkRate }) => deploymentReworkRate,
  },
];

const budgetColumns: readonly Column<ErrorBudget>[] = [
  { name: 'left', label: 'budget left', measure: 'share', of: ({ left }) => left },
];

/** Incidents by severity, origin and type, one row per part with incidents. */
export function IncidentParts({
  groups,
  sources,
  isKnown,
}: {
  readonly isKnown: boolean;
  readonly groups: readonly {
    readonly path: string;
    readonly kind: 'severity' | 'origin' | 'type';
    readonly parts: readonly Part<IncidentFigures>[];
  }[];
  readonly sources: Sources;
}) {
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">breakdown</th>
          <ColumnHeads columns={incidentColumns} />
        </tr>
      </thead>
      {groups.map(({ path, kind, parts }) => (
        <tbody key={kind}>
          <tr class="group">
            <th scope="rowgroup" colSpan={incidentColumns.length + 1}>
              by {kind}
            </th>
          </tr>
          {parts.map(({ name, figures }) => (
            <tr key={name}>
              <th scope="row">
                <a href={sources({ kind, name })}>{name}</a>
              </th>
              <Cells columns={incidentColumns} figures={figures} isKnown={isKnown} path={`${path}.${name}`} />
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** Gains by severity. */
export function GainParts({
  parts,
  sources,
  isKnown,
}: {
  readonly isKnown: boolean;
  readonly parts: readonly Part<GainFigures>[];
  readonly sources: Sources;
}) {
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">by severity</th>
          <ColumnHeads columns={gainColumns} />
        </tr>
      </thead>
      <tbody>
        {parts.map(({ name, figures }) => (
          <tr key={name}>
            <th scope="row">
              <a href={sources({ kind: 'severity', name })}>{name}</a>
            </th>
            <Cells
              columns={gainColumns}
              figures={figures}
              isKnown={isKnown}
              path={`gainsBySeverity.${name}`}
            />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** All figures by period. */
export function PeriodTable({
  periods,
  hrefOf,
}: {
  readonly periods: readonly PeriodPart[];
  readonly hrefOf: (part: PeriodPart) => string;
}) {
  const hasTarget = periods.some(({ errorBudgets }) => errorBudgets.some(isOfAll));
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">period</th>
          <ColumnHeads columns={incidentColumns} />
          {hasTarget && <ColumnHeads columns={budgetColumns} />}
          <ColumnHeads columns={gainColumns} />
          <ColumnHeads columns={deliveryColumns} />
        </tr>
      </thead>
      <tbody>
        {periods.map((part, i) => {
          const isKnown = part.coverage.fromMs !== null;
          const path = `byPeriod.${i}`;
          return (
            <tr key={part.name}>
              <th scope="row">
                <a href={hrefOf(part)}>{part.name}</a>
              </th>
              <Cells
                columns={incidentColumns}
                figures={part.incidents}
                isKnown={isKnown}
                path={`${path}.incidents`}
              />
              {part.errorBudgets.filter(isOfAll).map((budget) => (
                <Cells
                  key={budget.name}
                  columns={budgetColumns}
                  figures={budget}
                  isKnown={isKnown}
                  path={`${path}.errorBudgets.all`}
                />
              ))}
              <Cells columns={gainColumns} figures={part.gains} isKnown={isKnown} path={`${path}.gains`} />
              <Cells
                columns={deliveryColumns}
                figures={part.delivery}
                isKnown={isKnown}
                path={`${path}.delivery`}
              />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function isOfAll({ name }: ErrorBudget): boolean {
  return name === 'all';
}

function ColumnHeads<T>({ columns }: { readonly columns: readonly Column<T>[] }): ComponentChildren {
  return columns.map(({ name, label }) => (
    <th key={name} scope="col">
      {label}
    </th>
  ));
}

function Cells<T>({
  columns,
  figures,
  isKnown,
  path,
}: {
  readonly columns: readonly Column<T>[];
  readonly figures: T;
  /** Whether there is any data. */
  readonly isKnown: boolean;
  readonly path: string;
}): ComponentChildren {
  return columns.map(({ name, measure, of }) => (
    <td key={name}>
      <Figure value={isKnown ? of(figures) : null} measure={measure} name={`${path}.${name}`} />
    </td>
  ));
}
