// Finds the span that a user names, among the open spans or all spans.

import {
  formatTime,
  type HttpClient,
  type ListQuery,
  preview,
  type SpanEntry,
  spellDuration,
} from '@anthracite/protocol';
import { refusalOf } from './new-event';
import { formatTable } from './table';

const maxSpans = 10_000;
const maxShown = 20;

/** The spans that are open now. */
export async function findOpenSpans(client: HttpClient): Promise<readonly SpanEntry[]> {
  // The server's clock may differ from this one, so the range around now is wide. Every open span overlaps it.
  const around = { from: '-1h', until: '+1d' };
  return (await client.spans({ ...around, state: 'open', order: 'descending', limit: maxSpans })).spans;
}

/** The spans that were open at a time, in milliseconds since the epoch, whether they are still open or not. */
export async function findSpansAt(client: HttpClient, time: number): Promise<readonly SpanEntry[]> {
  const at = formatTime(time, 'UTC');
  const { spans } = await client.spans({ from: at, until: at, order: 'descending', limit: maxSpans });
  return spans;
}

/** A span, and the remaining words, which describe the mark. */
export interface ChosenSpan {
  readonly span: SpanEntry;
  readonly words: readonly string[];
}

/**
 * The span that the first word names by its key, id, stem or the first part of its stem, and the remaining words. Without a
 * first word, or if it has a space in it: the only open incident, or the only open span if no incident is open. If no span or
 * several spans match, throws a `ClientError` REFUSED that lists them.
 */
export function chooseSpan(open: readonly SpanEntry[], words: readonly string[]): ChosenSpan {
  const [first = ''] = words;
  const isNamed = first !== '' && !/\s/.test(first);
  const found = isNamed ? named(open, first) : unnamed(open);
  const [span] = found;
  if (span !== undefined && found.length === 1) return { span, words: isNamed ? words.slice(1) : words };
  if (open.length === 0) throw refusalOf('no span is open');
  if (found.length === 0)
    throw refusalOf(`no open span is named ${preview(first)}; open spans:\n${show(open)}`);
  throw refusalOf(`several spans are open; give the key or id of one:\n${show(found)}`);
}

/**
 * The id of the latest span with this key; of the span that the event with this id marks; or of the latest span with this stem
 * or first part of a stem. Without a word: the span that `chooseSpan` returns. Throws a `ClientError` REFUSED if none matches.
 */
export async function findSpan(client: HttpClient, name: string | undefined): Promise<number> {
  if (name === undefined) return chooseSpan(await findOpenSpans(client), []).span.id;
  const latest = async (filter: ListQuery): Promise<number | undefined> => {
    // A page may end before its first match.
    for (let after: string | undefined; ; ) {
      const page = await client.spans({
        ...filter,
        from: 0,
        until: '+1d',
        order: 'descending',
        limit: 1,
        ...(after !== undefined && { after }),
      });
      const [span] = page.spans;
      if (span !== undefined || page.next === undefined) return span?.id;
      after = page.next;
    }
  };
  const keyTags = ['incident', 'outage', 'span'].map((tag) => `${tag}=${name}`);
  const id =
    (await latest({ any: keyTags })) ??
    (/^\d{1,15}$/.test(name) ? Number(name) : await latest({ type: [name, `${name}_*`] }));
  if (id === undefined) throw refusalOf(`no span has the key or stem ${preview(name)}`);
  return id;
}

function named(open: readonly SpanEntry[], name: string): readonly SpanEntry[] {
  const tests: readonly ((span: SpanEntry) => boolean)[] = [
    ({ key }) => key === name,
    ({ id }) => String(id) === name,
    ({ type }) => type === name,
    ({ type }) => type.startsWith(`${name}_`),
  ];
  return tests.map((test) => open.filter(test)).find((found) => found.length > 0) ?? [];
}

function unnamed(open: readonly SpanEntry[]): readonly SpanEntry[] {
  const incidents = open.filter(({ scale }) => scale === 'incident');
  return incidents.length > 0 ? incidents : open;
}

function show(spans: readonly SpanEntry[]): string {
  const rows = spans
    .slice(0, maxShown)
    .map(({ id, key, type, durationMs, title }) => [
      `  ${id}`,
      key ?? '-',
      type,
      `for ${spellDuration(durationMs)}`,
      title,
    ]);
  const more = spans.length > maxShown ? `  and ${spans.length - maxShown} more\n` : '';
  return (formatTable(rows) + more).trimEnd();
}
