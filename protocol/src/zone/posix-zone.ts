// Reads the rule at the end of a TZif file: a time zone as POSIX writes it, such as CET-1CEST,M3.5.0,M10.5.0/3. Pure.

/** Milliseconds ahead of UTC at an instant. */
type Rule = (timeMs: number) => number;

const secondMs = 1_000;
const dayMs = 86_400_000;
const zoneName = '(?:[A-Za-z]{3,16}|<[A-Za-z0-9+-]{3,16}>)';
const clock = '[+-]?\\d{1,3}(?::\\d\\d){0,2}';
const date = '(?:M\\d{1,2}\\.\\d\\.\\d|J?\\d{1,3})';
const form = new RegExp(
  `^${zoneName}(${clock})(?:${zoneName}(${clock})?,(${date})(?:/(${clock}))?,(${date})(?:/(${clock}))?)?$`,
);

/**
 * The offsets of a POSIX time zone; undefined for other texts, and if summer time has no dates. Offsets count
 * west of UTC in the text, and east in the result.
 */
export function parsePosixZone(text: string): Rule | undefined {
  const [, standard, summer, startDate, startClock, endDate, endClock] = form.exec(text) ?? [];
  if (standard === undefined) return undefined;
  const standardMs = 0 - clockMs(standard);
  if (startDate === undefined || endDate === undefined) return () => standardMs;
  const summerMs = summer === undefined ? standardMs + 3_600_000 : 0 - clockMs(summer);
  const startOf = dateReader(startDate);
  const endOf = dateReader(endDate);
  const startClockMs = clockMs(startClock ?? '2');
  const endClockMs = clockMs(endClock ?? '2');
  return (timeMs) => {
    const year = new Date(timeMs + standardMs).getUTCFullYear();
    const start = startOf(year) + startClockMs - standardMs;
    const end = endOf(year) + endClockMs - summerMs;
    // In the southern hemisphere, summer time continues over the end of the year.
    const isSummer = start < end ? timeMs >= start && timeMs < end : !(timeMs >= end && timeMs < start);
    return isSummer ? summerMs : standardMs;
  };
}

function clockMs(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const ms = (hours * 3600 + minutes * 60 + seconds) * secondMs;
  return text.startsWith('-') ? 0 - ms : ms;
}

/** Reads a date of the rule: the instant at which that day starts in a year, on a clock of UTC. */
function dateReader(text: string): (year: number) => number {
  if (text.startsWith('M')) {
    const [month = 1, week = 1, weekday = 0] = text.slice(1).split('.').map(Number);
    return (year) => {
      const first = startOfMonth(year, month);
      const firstMatch = first + ((weekday - new Date(first).getUTCDay() + 7) % 7) * dayMs;
      const matched = firstMatch + (week - 1) * 7 * dayMs;
      // Week 5 is the last one.
      return matched >= startOfMonth(year, month + 1) ? matched - 7 * dayMs : matched;
    };
  }
  if (text.startsWith('J')) {
    // Day 60 is always the first of March.
    const day = Number(text.slice(1));
    return (year) => {
      const isLeap = startOfMonth(year, 3) - startOfMonth(year, 2) === 29 * dayMs;
      return startOfMonth(year, 1) + (day - 1 + (isLeap && day >= 60 ? 1 : 0)) * dayMs;
    };
  }
  const day = Number(text);
  return (year) => startOfMonth(year, 1) + day * dayMs;
}

function startOfMonth(year: number, month: number): number {
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, 1); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return start.getTime();
}
