// A moment, as people read it: in the viewer's time zone, and exactly in the markup.

/** Day and time of day in a zone, to the second: `2026-11-25 19:03:48`. */
export function localText(time: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(time);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`;
}

/** A moment; `time` in milliseconds since the epoch. */
export function Instant({ time, zone }: { readonly time: number; readonly zone: string }) {
  return <time datetime={new Date(time).toISOString()}>{localText(time, zone)}</time>;
}
