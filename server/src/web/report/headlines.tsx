// The most important figures of a report, each with its change since the period before.

import type { ComponentChildren } from 'preact';
import type { Report } from '../../report/report';
import { Figure } from '../figure';
import type { Measure } from '../measure';
import { type Better, Change, previousName } from './change';

/** Figures in large type, each with a second figure and a link to its events or spans. */
export function Headlines({
  report,
  incidentsHref,
  gainsHref,
  deploysHref,
}: {
  readonly report: Report;
  readonly incidentsHref: string;
  readonly gainsHref: string;
  readonly deploysHref: string;
}) {
  const { coverage, incidents, gains, delivery, errorBudgets } = report;
  const { timeToDetect, timeToResolve, timeBetweenFailures } = incidents;
  const known = (value: number | null): number | null => (coverage.fromMs === null ? null : value);
  const budget = errorBudgets.find(({ name }) => name === 'all');
  const shared = { previous: report.previous };
  return (
    <ul class="headlines">
      <Headline
        {...shared}
        name="Uptime"
        href={incidentsHref}
        value={incidents.uptime}
        path="incidents.uptime"
        measure="share"
        better="more"
      >
        {budget !== undefined && (
          <p>
            target <Figure value={budget.target} measure="share" />,{' '}
            {budget.leftMs < 0 ? (
              <strong class="worse">error budget exceeded</strong>
            ) : (
              <>
                error budget <Figure value={budget.left} measure="share" /> left
              </>
            )}
          </p>
        )}
        <p>
          weighted <Figure value={incidents.weightedUptime} measure="share" />
          <Compared {...shared} path="incidents.weightedUptime" measure="share" better="more" />
        </p>
      </Headline>
      <Headline
        {...shared}
        name="Incidents"
        href={incidentsHref}
        value={known(incidents.count)}
        path="incidents.count"
        measure="count"
        better="less"
      >
        <p>
          <Figure value={known(incidents.open)} measure="count" /> open at the end of the range
        </p>
      </Headline>
      <Headline
        {...shared}
        name="Time to detect"
        href={incidentsHref}
        value={timeToDetect.medianMs}
        path="incidents.timeToDetect.medianMs"
        measure="duration"
        better="less"
      >
        <p>
          median of <Figure value={known(timeToDetect.count)} measure="count" />
        </p>
      </Headline>
      <Headline
        {...shared}
        name="Time to resolve"
        href={incidentsHref}
        value={timeToResolve.medianMs}
        path="incidents.timeToResolve.medianMs"
        measure="duration"
        better="less"
      >
        <p>
          median of <Figure value={known(timeToResolve.count)} measure="count" />
        </p>
      </Headline>
      <Headline
        {...shared}
        name="Time between failures"
        href={incidentsHref}
        value={timeBetweenFailures.meanMs}
        path="incidents.timeBetweenFailures.meanMs"
        measure="duration"
        better="more"
      >
        <p>mean</p>
      </Headline>
      <Headline
        {...shared}
        name="Deployments"
        href={deploysHref}
        value={known(delivery.deployments)}
        path="delivery.deployments"
        measure="count"
        better={null}
      >
        <p>
          <Figure value={delivery.deploymentsPerDay} measure="count" /> per day
          <Compared {...shared} path="delivery.deploymentsPerDay" measure="count" better={null} />
        </p>
      </Headline>
      <Headline
        {...shared}
        name="Change fail rate"
        href={deploysHref}
        value={delivery.changeFailRate}
        path="delivery.changeFailRate"
        measure="share"
        better="less"
      >
        <p>
          <Figure value={known(delivery.failed)} measure="count" /> failed,{' '}
          <Figure value={delivery.deploymentReworkRate} measure="share" /> rework
        </p>
      </Headline>
      <Headline
        {...shared}
        name="Gains"
        href={gainsHref}
        value={known(gains.count)}
        path="gains.count"
        measure="count"
        better="more"
      >
        <p>
          <Figure value={gains.share} measure="share" /> of the time
        </p>
      </Headline>
    </ul>
  );
}

interface ComparedFigure {
  readonly previous: Report['previous'];
  readonly path: string;
  readonly measure: Measure;
  readonly better: Better;
}

function Headline({
  name,
  href,
  value,
  children,
  ...compared
}: ComparedFigure & {
  readonly name: string;
  readonly href: string;
  readonly value: number | null;
  readonly children: ComponentChildren;
}) {
  const { previous, measure } = compared;
  return (
    <li class="card">
      <span class="name">{name}</span>
      <p>
        <a class="value" href={href}>
          <Figure value={value} measure={measure} />
        </a>
        {previous !== null && (
          <span class="soft">
            {' '}
            (<Change changes={previous.changes} {...compared} /> vs the {previousName(previous)} before)
          </span>
        )}
      </p>
      <div class="soft">{children}</div>
    </li>
  );
}

function Compared({ previous, ...figure }: ComparedFigure) {
  if (previous === null) return null;
  return (
    <>
      {' '}
      (<Change changes={previous.changes} {...figure} />)
    </>
  );
}
