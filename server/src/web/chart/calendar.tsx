// The days of a range as a calendar: the more events, the stronger the colour; a dot marks incidents.

import { formatTime, spellDuration } from '@anthracite/protocol';
import type { DayFigures } from '../../report/pictures';
import { withParameters } from '../address';
import { Figure } from '../figure';
import { type Chosen, listRange } from '../links';
import { countText, numberOf } from '../measure';
import { Chart, ChartLink } from './chart';

/** A day with its events and its incidents. */
export interface CalendarDay extends DayFigures {
  readonly events: number;
}

interface Month {
  readonly name: string;
  readonly days: readonly (CalendarDay & {
    readonly date: string;
    readonly row: number;
    readonly column: number;
  })[];
}

const cell = 18;
const head = 34;
const levels = 4;
const weekdays = ['M', 'T', 'W', 'T', 'F', 'S', 'S'];
const dayMs = 86_400_000;

/** The chart; `chosen` are the filter parameters of its events. */
export function Calendar({
  days,
  zone,
  chosen,
}: {
  readonly days: readonly CalendarDay[];
  readonly zone: string;
  readonly chosen: Chosen;
}) {
  const most = Math.max(0, ...days.map(({ events }) => events));
  const hrefOf = (day: CalendarDay): string => withParameters('/events/', { ...listRange(day), ...chosen });
  const months = monthsOf(days, zone);
  const eventful = months
    .flatMap((month) => month.days)
    .filter(({ events, incidents }) => events + incidents > 0);
  return (
    <Chart
      title="Calendar"
      about="Events per day. A dot marks a day with incidents: the larger the dot, the longer the downtime."
      legend={[
        { paint: 'heat-0', name: 'no events' },
        ...(most > 0
          ? [
              { paint: 'heat-1', name: 'few' },
              { paint: `heat-${levels}`, name: `up to ${countText(most)}` },
            ]
          : []),
        { paint: 'dot', name: 'incidents' },
      ]}
      table={
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">day</th>
              <th scope="col">events</th>
              <th scope="col">incidents</th>
              <th scope="col">downtime</th>
            </tr>
          </thead>
          <tbody>
            {eventful.map((day) => (
              <tr key={day.date}>
                <th scope="row">
                  <a href={hrefOf(day)}>{day.date}</a>
                </th>
                <td>
                  <Figure value={day.events} measure="count" />
                </td>
                <td>
                  <Figure value={day.incidents} measure="count" />
                </td>
                <td>
                  <Figure value={day.downMs} measure="duration" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <div class="months">
        {months.map(({ name, days: cells }) => (
          <svg key={name} aria-hidden="true" class="month" width={7 * cell} height={head + 6 * cell}>
            <text class="name" x="1" y="12">
              {name}
            </text>
            {weekdays.map((weekday, column) => (
              <text
                key={column}
                class="weekday"
                x={column * cell + cell / 2}
                y={head - 6}
                text-anchor="middle"
              >
                {weekday}
              </text>
            ))}
            {cells.map((day) => (
              <ChartLink key={day.date} href={hrefOf(day)} title={titleOf(day)}>
                <rect
                  class={`day ${heatOf(day.events, most)}`}
                  x={day.column * cell + 1}
                  y={head + day.row * cell + 1}
                  width={cell - 2}
                  height={cell - 2}
                  rx="3"
                />
                {day.incidents > 0 && (
                  <circle
                    class={day.downMs > 0 ? 'dot' : 'dot unfelt'}
                    cx={day.column * cell + cell / 2}
                    cy={head + day.row * cell + cell / 2}
                    r={radiusOf(day.downMs).toFixed(2)}
                  />
                )}
              </ChartLink>
            ))}
          </svg>
        ))}
      </div>
    </Chart>
  );
}

function titleOf({ date, events, incidents, downMs }: Month['days'][number]): string {
  const told = `${date}: ${numberOf(events, 'event')}`;
  if (incidents === 0) return told;
  return `${told}; ${numberOf(incidents, 'incident')}, downtime ${spellDuration(downMs)}`;
}

function heatOf(events: number, most: number): string {
  return `heat-${events === 0 ? 0 : Math.max(1, Math.ceil(levels * Math.sqrt(events / most)))}`;
}

// The area of a dot is proportional to the downtime, plus a minimum that is visible.
function radiusOf(downMs: number): number {
  return 2.5 + 4.5 * Math.sqrt(Math.min(1, downMs / dayMs));
}

function monthsOf(days: readonly CalendarDay[], zone: string): Month[] {
  const months = new Map<string, Month['days'][number][]>();
  for (const day of days) {
    const date = formatTime(day.fromMs, zone).slice(0, 10);
    const name = date.slice(0, 7);
    const month = months.get(name) ?? [];
    if (month.length === 0) months.set(name, month);
    // The calendar of a date does not depend on a time zone.
    const before = (new Date(`${name}-01T00:00:00Z`).getUTCDay() + 6) % 7;
    const place = before + Number(date.slice(8)) - 1;
    month.push({ ...day, date, row: Math.floor(place / 7), column: place % 7 });
  }
  return Array.from(months, ([name, found]) => ({ name, days: found }));
}
