// Events as a table, grouped by day.

import type { GroupedEvent } from '@anthracite/protocol/browser';
import { dayOf, EventRow, type RowView } from './event-row';
import { dayInWords } from './instant';

/** The table; one `tbody` per day. */
export function EventTable({
  events,
  view,
}: {
  readonly events: readonly GroupedEvent[];
  readonly view: RowView;
}) {
  const days = new Map<string, GroupedEvent[]>();
  for (const event of events) {
    const day = dayOf(event, view);
    const ofDay = days.get(day);
    if (ofDay) ofDay.push(event);
    else days.set(day, [event]);
  }
  return (
    <table class="events">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Type</th>
          <th scope="col">Description</th>
        </tr>
      </thead>
      {Array.from(days, ([day, ofDay]) => (
        <tbody key={day} data-day={day}>
          <DayHead time={ofDay[0]?.time ?? 0} zone={view.zone} />
          {ofDay.map((event) => (
            <EventRow key={event.id} event={event} view={view} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** The heading row of a day; `time` is any instant of that day. */
export function DayHead({ time, zone }: { readonly time: number; readonly zone: string }) {
  return (
    <tr class="day">
      <th scope="rowgroup" colSpan={3}>
        {dayInWords(time, zone)}
      </th>
    </tr>
  );
}
