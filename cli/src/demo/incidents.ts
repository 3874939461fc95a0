// The incidents of the demo: what goes wrong, how it is noticed, and how it ends. Pure.

import type { Event, Severity } from '@anthracite/protocol';
import { people } from './company';
import type { Random } from './random';
import { hourMs, minuteMs } from './rhythm';

/** Something that goes wrong. */
export interface Trouble {
  /** When it begins. */
  readonly time: number;
  /** What it is about, such as a project. */
  readonly about: string;
  readonly title: string;
  readonly origin: 'self' | 'external';
  /** What ends it. */
  readonly remedy: string;
  readonly tags: readonly string[];
}

/** Trouble with its course. */
export interface Incident extends Trouble {
  readonly key: string;
  readonly severity: Severity;
  /** What it is found to be when it is noticed. */
  readonly laterSeverity: Severity;
  readonly detected: number;
  readonly resolved: number;
}

const noticed = [
  'alert: error rate above 5 %',
  'alert: latency of the 99th percentile above 2 s',
  'support has three tickets about it',
  'a customer calls',
  'somebody sees it on the dashboard',
];

/** How trouble goes on. `pace` below 1 makes it quicker. */
export function unfold(random: Random, trouble: Trouble, number: number, pace = 1): Incident {
  const severity = severityOf(random.next());
  const isWorse = severity > 1 && random.chance(0.2);
  const laterSeverity = isWorse ? ((severity - 1) as Severity) : severity;
  const detected = trouble.time + Math.min(random.around(5 * minuteMs), 40 * minuteMs) * pace;
  const lasts = Math.min(random.around((laterSeverity === 1 ? 16 : 24) * minuteMs), 5 * hourMs) * pace;
  const wholeSeconds = (ms: number): number => Math.round(ms / 1_000) * 1_000;
  return {
    ...trouble,
    key: `inc-${number}`,
    severity,
    laterSeverity,
    detected: wholeSeconds(detected),
    resolved: wholeSeconds(detected + lasts),
  };
}

/** The marks of an incident. */
export function marksOf(random: Random, incident: Incident): Event[] {
  const { time, about, title, origin, remedy, tags, key, severity, laterSeverity, detected, resolved } =
    incident;
  const who = random.pick(people);
  const type = (grade: Severity, mark: string): string => `incident_sev${grade}_${about}_${mark}`;
  const worse =
    laterSeverity === severity ? '' : `\nIt is **worse** than it looked: severity ${laterSeverity}.`;
  const keyTag = `incident=${key}`;
  return [
    { time, type: type(severity, 'start'), tags: [keyTag, ...tags], description: title },
    {
      time: detected,
      type: type(laterSeverity, 'detected'),
      tags: [keyTag],
      description: `${random.pick(noticed)}\n${who} is on it.${worse}`,
    },
    {
      time: resolved,
      type: type(laterSeverity, 'resolved'),
      tags: [keyTag, `origin=${origin}`],
      description: `${remedy}\nPostmortem: https://wiki.example.com/postmortems/${key}`,
    },
  ];
}

function severityOf(dice: number): Severity {
  if (dice < 0.06) return 1;
  if (dice < 0.3) return 2;
  return dice < 0.78 ? 3 : 4;
}
