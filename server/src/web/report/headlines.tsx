// The figures of a report that one looks at first.

import type { ComponentChildren } from 'preact';
import type { Report } from '../../report/report';
import { Figure } from '../figure';

/** A few figures in large type, each with what it rests on, and a link to that. */
export function Headlines({
  report: { incidents, gains, delivery },
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
        value={<Figure value={incidents.count} measure="count" />}
        rest={
          <>
            <Figure value={incidents.open} measure="count" /> open at the end
          </>
        }
      />
      <Headline
        name="Time to detect"
        href={incidentsHref}
        value={<Figure value={timeToDetect.medianMs} measure="duration" />}
        rest={
          <>
            median of <Figure value={timeToDetect.count} measure="count" />
          </>
        }
      />
      <Headline
        name="Time to resolve"
        href={incidentsHref}
        value={<Figure value={timeToResolve.medianMs} measure="duration" />}
        rest={
          <>
            median of <Figure value={timeToResolve.count} measure="count" />
          </>
        }
      />
      <Headline
        name="Between failures"
        href={incidentsHref}
        value={<Figure value={timeBetweenFailures.meanMs} measure="duration" />}
        rest="mean"
      />
      <Headline
        name="Deployments"
        href={deploysHref}
        value={<Figure value={delivery.deployments} measure="count" />}
        rest={
          <>
            <Figure value={delivery.deploymentsPerDay} measure="count" /> a day
          </>
        }
      />
      <Headline
        name="Change failure rate"
        href={deploysHref}
        value={<Figure value={delivery.changeFailureRate} measure="share" />}
        rest={
          <>
            <Figure value={delivery.failed} measure="count" /> failed
          </>
        }
      />
      <Headline
        name="Gains"
        href={gainsHref}
        value={<Figure value={gains.count} measure="count" />}
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
