// Other events of the demo: manual changes, feature flags, scaling, backups, incidents without a change, and press. Pure.

import type { Event } from '@anthracite/protocol';
import { environmentTag, infrastructure, people, projects } from './company';
import type { Trouble } from './incidents';
import type { Random } from './random';
import { always, dayMs, hourMs, minuteMs, momentsOf, office, type Range } from './rhythm';

const manualTexts = [
  'restarted {service} on {host}',
  'deleted old logs on {host}, its disk was 94% full',
  'raised the memory limit of {service}',
  'took {host} out of the load balancer and put it back',
  'added a firewall rule for the new office',
  'cleared the cache of {service}',
  'shut down {host} to replace its power supply',
  'ran the migration of {service} manually, see https://wiki.example.com/runbooks/migrations',
];
const flags = ['new-checkout', 'passkeys', 'express-delivery', 'dark-mode', 'gift-cards', 'size-adviser'];

/** Changes that people made manually. */
export function manualChanges(random: Random, range: Range): Event[] {
  return momentsOf(random, range, 5, office).map((time) => manualChange(random, time));
}

/** One manual change. */
export function manualChange(random: Random, time: number): Event {
  const host = random.pick([...projects, ...infrastructure].flatMap(({ hosts }) => hosts));
  const service = random.pick(projects).name;
  const description = random.pick(manualTexts).replace('{service}', service).replace('{host}', host);
  const tags = [...(description.includes(host) ? [`host=${host}`] : []), environmentTag];
  return { time, type: `manual_${random.pick(people)}`, tags, description };
}

/** Changes of feature flags. */
export function flagChanges(random: Random, range: Range): Event[] {
  return momentsOf(random, range, 6, office).map((time) => {
    const percent = random.pick([0, 1, 5, 20, 50, 100]);
    const flag = random.pick(flags);
    return {
      time,
      type: `flag_${flag}`,
      tags: [`percent=${percent}`, environmentTag],
      description: `${flag} enabled for ${percent}% of customers, by ${random.pick(people)}`,
    };
  });
}

/** Autoscaling events, which follow the number of customers. */
export function scalings(random: Random, range: Range): Event[] {
  return momentsOf(random, range, 30, always).map((time) => scaling(random, time));
}

/** One autoscaling event. */
export function scaling(random: Random, time: number): Event {
  const { name, role, hosts } = random.pick(projects);
  const size = hosts.length + random.whole(0, 6);
  const other = size + random.pick([-2, -1, 1, 2]);
  return {
    time,
    type: 'autoscale',
    tags: [`role=${role}`, environmentTag],
    description: `${name} scaled from ${size} to ${other} hosts`,
  };
}

/** Nightly backups, as spans; a few of them fail. */
export function backups(random: Random, { fromMs, untilMs }: Range): Event[] {
  // Only a primary and its replica: the other hosts have the same data.
  const hosts = infrastructure.find(({ role }) => role === 'database')?.hosts.slice(0, 2) ?? [];
  const events: Event[] = [];
  for (let day = Math.floor(fromMs / dayMs) * dayMs; day < untilMs; day += dayMs) {
    hosts.forEach((host, i) => {
      const name = host.split('.')[0];
      const start = day + 2 * hourMs + i * 10 * minuteMs;
      const lasts = Math.round(random.around(25 * 60)) * 1_000;
      const exit = random.chance(0.01) ? 1 : 0;
      const tags = [`span=${name}-${new Date(day).toISOString().slice(0, 10)}`, `host=${host}`];
      events.push(
        { time: start, type: 'backup_start', tags, description: `nightly backup of ${name}` },
        {
          time: start + lasts,
          type: 'backup_end',
          tags: [...tags, `exit=${exit}`],
          description: `nightly backup of ${name} ${exit === 0 ? 'succeeded' : 'failed with exit code 1'}`,
        },
      );
    });
  }
  return events;
}

const externalFailures: readonly (readonly [about: string, title: string, remedy: string])[] = [
  ['payments', 'the card processor declines half of all payments', 'the card processor has recovered'],
  ['shop', 'the CDN returns errors in Europe', 'the CDN has rerouted its traffic'],
  ['mobile-api', 'the push service delays notifications', 'the push service has recovered'],
  ['warehouse', 'the carrier rejects label requests', 'the carrier accepts label requests again'],
];
const internalFailures: readonly (readonly [about: string, title: string, remedy: string])[] = [
  ['search', 'a disk of search03 failed', 'replaced the disk'],
  ['shop', 'a TLS certificate expired', 'renewed the certificate and added an alert'],
  ['payments', 'the refund queue is stuck', 'restarted the consumer'],
  ['warehouse', 'the database is out of connections', 'increased the connection pool'],
];

/** Incidents that no change caused: failures of suppliers and of the company's own systems. */
export function misfortunes(random: Random, range: Range): Trouble[] {
  const happen = (perDay: number, list: typeof externalFailures, origin: Trouble['origin']): Trouble[] =>
    momentsOf(random, range, perDay, always).map((time) => {
      const [about, title, remedy] = random.pick(list);
      return { time, about, title, remedy, origin, tags: [environmentTag] };
    });
  return [...happen(0.07, externalFailures, 'external'), ...happen(0.06, internalFailures, 'self')];
}

const applause: readonly (readonly [severity: number, title: string, days: number])[] = [
  [2, 'a video of our packing robot goes viral', 2.5],
  [3, 'a newspaper compares five shops, ours wins', 1.2],
  [4, 'our founder is a guest on a podcast', 0.5],
  [3, 'the big sale starts', 4],
];

/** Press coverage and sales, and the gains that they caused. */
export function applauses(random: Random, range: Range): Event[] {
  const lengthMs = range.untilMs - range.fromMs;
  return applause.flatMap(([severity, title, days], i): Event[] => {
    const at = (random.next() * 0.7 + i) / applause.length;
    const time = Math.floor((range.fromMs + at * lengthMs) / minuteMs) * minuteMs;
    const end = time + Math.round((days * dayMs) / minuteMs) * minuteMs;
    const tags = [`span=gain-${i + 1}`, `origin=${title.includes('sale') ? 'self' : 'external'}`];
    return [
      {
        time: time - 20 * minuteMs,
        type: 'press',
        tags: [],
        description: `${title}\nhttps://press.example.com/${i + 1}`,
      },
      { time, type: `gain_sev${severity}_start`, tags, description: title },
      { time: end, type: `gain_sev${severity}_end`, tags, description: 'traffic is back to normal' },
    ];
  });
}
