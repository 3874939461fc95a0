// Converts an event to editable text, and back. Pure.
//
//     time: 2026-11-24T10:15:00+01:00
//     type: deploy_website
//     tags: env=prod host=web1
//
//     the title
//     and the body

import { cutLineEnds, type Event, formatTime, parseTime, preview } from '@anthracite/protocol';

const names = ['time', 'type', 'tags'] as const;

/** Formats an event. The time is in `zone`. */
export function formatEventText({ time, type, tags, description }: Event, zone: string): string {
  return `time: ${formatTime(time, zone)}\ntype: ${type}\ntags: ${tags.join(' ')}\n\n${description}\n`;
}

/** Parses the text, or returns a sentence about the error. If the time is unchanged, the event keeps its exact time. */
export function parseEventText(text: string, event: Event, now: number, zone: string): Event | string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => line.trim() === '');
  const fields = new Map<string, string>();
  for (const line of end === -1 ? lines : lines.slice(0, end)) {
    const [, name = '', value = ''] = /^(\w+):(.*)$/.exec(line) ?? [];
    if (!names.some((one) => one === name)) {
      return `the line ${preview(line)} is not one of ${names.map((one) => `"${one}: ..."`).join(', ')}; put an empty line before the description`;
    }
    fields.set(name, value.trim());
  }
  const timeText = fields.get('time') ?? '';
  const time = parseTime(timeText, now, zone);
  if (timeText === '') return 'the time is missing; expected "time: ..."';
  if (!time.ok) return time.problem.message;
  return {
    time: timeText === formatTime(event.time, zone) ? event.time : time.value,
    type: fields.get('type') ?? '',
    tags: (fields.get('tags') ?? '').split(/\s+/).filter((tag) => tag !== ''),
    description: end === -1 ? '' : trimEnds(lines.slice(end + 1).join('\n'), event.description),
  };
}

// Editors add a line end to the text. An unchanged description keeps its exact text.
function trimEnds(text: string, before: string): string {
  return cutLineEnds(text) === cutLineEnds(before) ? before : cutLineEnds(text);
}
