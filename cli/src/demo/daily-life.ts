// What happens at the demo's company beside deployments and runs of tools: by hand, by the clock, and out in the world. Pure.

import type { Event } from '@anthracite/protocol';
import { environmentTag, infrastructure, people, projects } from './company';
import type { Trouble } from './incidents';
import type { Random } from './random';
import { always, dayMs, hourMs, minuteMs, momentsOf, office, type Range } from './rhythm';

const byHand = [
  'restarted {service} on {host}',
  'deleted old logs on {host}, the disk was at 94 %',
  'raised the memory limit of {service}',
  'took {host} out of rotation, and put it back',
  'added a rule to the firewall for the new office',
  'emptied the cache of {service}',
  'switched off {host} for a new power supply',
  'ran the migration of {service} by hand: see https://wiki.example.com/runbooks/migrations',
];
const flags = ['new-checkout', 'passkeys', 'express-delivery', 'dark-mode', 'gift-cards', 'size-adviser'];

/** What people do by hand. */
export function manualChanges(random: Random, range: Range): Event[] {
  return momentsOf(random, range, 5, office).map((time) => manualChange(random, time));
}

/** One of these. */
export function manualChange(random: Random, time: number): Event {
  const host = random.pick([...projects, ...infrastructure].flatMap(({ hosts }) => hosts));
  const service = random.pick(projects).name;
  const description = random.pick(byHand).replace('{service}', service).replace('{host}', host);
  const tags = [...(description.includes(host) ? [`host=${host}`] : []), environmentTag];
  return { time, type: `manual_${random.pick(people)}`, tags, description };
}

/** Flags that are switched. */
export function flagChanges(random: Random, range: Range): Event[] {
  return momentsOf(random, range, 6, office).map((time) => {
    const percent = random.pick([0, 1, 5, 20, 50, 100]);
    const flag = random.pick(flags);
    return {
      time,
      type: `flag_${flag}`,
      tags: [`percent=${percent}`, environmentTag],
      description: `${flag} is on for ${percent} % of the customers, by ${random.pick(people)}`,
    };
  });
}

/** Machines that come and go with the customers. */
export function scalings(random: Random, range: Range): Event[] {
  return momentsOf(random, range, 30, always).map((time) => scaling(random, time));
}

/** One of these. */
export function scaling(random: Random, time: number): Event {
  const { name, role, hosts } = random.pick(projects);
  const size = hosts.length + random.whole(0, 6);
  const other = size + random.pick([-2, -1, 1, 2]);
  return {
    time,
    type: 'autoscale',
    tags: [`role=${role}`, environmentTag],
    description: `${name}: from ${size} to ${other} machines`,
  };
}

/** Backups of each night, which last, and now and then fail. */
export function backups(random: Random, { fromMs, untilMs }: Range): Event[] {
  // Of a primary and its replica; the others have what these have.
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
          description: `nightly backup of ${name} ${exit === 0 ? 'went well' : 'failed with exit code 1'}`,
        },
      );
    });
  }
  return events;
}

const fromOutside: readonly (readonly [about: string, title: string, remedy: string])[] = [
  ['payments', 'the card processor declines half of all payments', 'the card processor is well again'],
  ['shop', 'the content network serves errors in Europe', 'the content network has moved its traffic'],
  ['mobile-api', 'push messages are held up by the phone maker', 'the phone maker delivers again'],
  ['warehouse', 'the carrier takes no labels', 'the carrier takes labels'],
];
const byItself: readonly (readonly [about: string, title: string, remedy: string])[] = [
  ['search', 'a disk of search03 is broken', 'the disk is replaced'],
  ['shop', 'a certificate has run out', 'a new certificate, and an alert for the next one'],
  ['payments', 'the queue of refunds is stuck', 'the consumer is restarted'],
  ['warehouse', 'the database is out of connections', 'the pool is larger'],
];

/** What goes wrong without any change of ours: at others, and by itself. */
export function misfortunes(random: Random, range: Range): Trouble[] {
  const happen = (perDay: number, list: typeof fromOutside, origin: Trouble['origin']): Trouble[] =>
    momentsOf(random, range, perDay, always).map((time) => {
      const [about, title, remedy] = random.pick(list);
      return { time, about, title, remedy, origin, tags: [environmentTag] };
    });
  return [...happen(0.07, fromOutside, 'external'), ...happen(0.06, byItself, 'self')];
}

const applause: readonly (readonly [severity: number, title: string, days: number])[] = [
  [2, 'a video of our packing robot goes viral', 2.5],
  [3, 'a newspaper tests five shops: ours wins', 1.2],
  [4, 'a podcast has our founder as a guest', 0.5],
  [3, 'the big sale', 4],
];

/** Press, and what it did to the numbers. */
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
      { time: end, type: `gain_sev${severity}_end`, tags, description: 'visits are as usual again' },
    ];
  });
}
