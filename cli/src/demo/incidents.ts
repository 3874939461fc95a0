// The incidents of the demo: their cause, detection and end. Pure.

import type { Event, Severity } from '@anthracite/protocol';
import { people } from './company';
import type { Random } from './random';
import { hourMs, minuteMs } from './rhythm';

/** The cause of an incident. */
export interface Trouble {
  /** Start, in milliseconds since the epoch. */
  readonly time: number;
  /** The affected project or service. */
  readonly about: string;
  readonly title: string;
  readonly origin: 'self' | 'external';
  /** How it is resolved. */
  readonly remedy: string;
  readonly tags: readonly string[];
}

/** An incident: its cause, with detection and end in milliseconds since the epoch. */
export interface Incident extends Trouble {
  readonly key: string;
  readonly severity: Severity;
  /** The severity after detection. */
  readonly laterSeverity: Severity;
  readonly detected: number;
  readonly resolved: number;
}

const noticed = [
  'alert: error rate above 5%',
  'alert: p99 latency above 2 s',
  'three support tickets report the problem',
  'a customer reported it by phone',
  'noticed on the dashboard',
];

/** Chooses severity, detection and end. A `pace` below 1 makes the incident shorter. */
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
  const worse = laterSeverity === severity ? '' : `\n**Escalated** to severity ${laterSeverity}.`;
  const keyTag = `incident=${key}`;
  return [
    { time, type: type(severity, 'start'), tags: [keyTag, ...tags], description: title },
    {
      time: detected,
      type: type(laterSeverity, 'detected'),
      tags: [keyTag],
      description: `${random.pick(noticed)}\n${who} is investigating.${worse}`,
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
