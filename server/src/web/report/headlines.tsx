// The most important figures of a report.

import type { ComponentChildren } from 'preact';
import type { Report } from '../../report/report';
import { Figure } from '../figure';

/** Figures in large type, each with a second figure and a link to its events or spans. */
export function Headlines({
  report: { coverage, incidents, gains, delivery },
  incidentsHref,
  gainsHref,
  deploysHref,
}: {
  readonly report: Report;
  readonly incidentsHref: string;
  readonly gainsHref: string;
  readonly deploysHref: string;
}) {
  const { timeToDetect, timeToResolve, timeBetweenFailures } = incidents;
  const known = (value: number | null): number | null => (coverage.fromMs === null ? null : value);
  return (
    <ul class="headlines">
      <Headline
        name="Uptime"
        href={incidentsHref}
        value={<Figure value={incidents.uptime} measure="share" />}
        rest={
          <>
            weighted <Figure value={incidents.weightedUptime} measure="share" />
          </>
        }
      />
      <Headline
        name="Incidents"
        href={incidentsHref}
        value={<Figure value={known(incidents.count)} measure="count" />}
        rest={
          <>
            <Figure value={known(incidents.open)} measure="count" /> open at the end of the range
          </>
        }
      />
      <Headline
        name="Time to detect"
        href={incidentsHref}
        value={<Figure value={timeToDetect.medianMs} measure="duration" />}
        rest={
          <>
            median of <Figure value={known(timeToDetect.count)} measure="count" />
          </>
        }
      />
      <Headline
        name="Time to resolve"
        href={incidentsHref}
        value={<Figure value={timeToResolve.medianMs} measure="duration" />}
        rest={
          <>
            median of <Figure value={known(timeToResolve.count)} measure="count" />
          </>
        }
      />
      <Headline
        name="Time between failures"
        href={incidentsHref}
        value={<Figure value={timeBetweenFailures.meanMs} measure="duration" />}
        rest="mean"
      />
      <Headline
        name="Deployments"
        href={deploysHref}
        value={<Figure value={known(delivery.deployments)} measure="count" />}
        rest={
          <>
            <Figure value={delivery.deploymentsPerDay} measure="count" /> per day
          </>
        }
      />
      <Headline
        name="Change fail rate"
        href={deploysHref}
        value={<Figure value={delivery.changeFailRate} measure="share" />}
        rest={
          <>
            <Figure value={known(delivery.failed)} measure="count" /> failed,{' '}
            <Figure value={delivery.deploymentReworkRate} measure="share" /> rework
          </>
        }
      />
      <Headline
        name="Gains"
        href={gainsHref}
        value={<Figure value={known(gains.count)} measure="count" />}
        rest={
          <>
            <Figure value={gains.share} measure="share" /> of the time
          </>
        }
      />
    </ul>
  );
}

function Headline({
  name,
  href,
  value,
  rest,
}: {
  readonly name: string;
  readonly href: string;
  readonly value: ComponentChildren;
  readonly rest: ComponentChildren;
}) {
  return (
    <li class="card">
      <span class="name">{name}</span>
      <a class="value" href={href}>
        {value}
      </a>
      <span class="soft">{rest}</span>
    </li>
  );
}
