// Which span is meant: of those that are open, or of all that there were. Pure but for the questions to the server.

import {
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
  // The server's clock may differ from ours: what is open overlaps any range around now.
  const around = { from: '-1h', until: '+1d' };
  return (await client.spans({ ...around, state: 'open', order: 'descending', limit: maxSpans })).spans;
}

/** A span, and what is said about it. */
export interface ChosenSpan {
  readonly span: SpanEntry;
  readonly words: readonly string[];
}

/**
 * The span that the first of some words names, by key, id, stem or the beginning of its stem, and the words behind it. Where
 * the first word has a blank, or there is none, the only incident is meant, or the only span where there is no incident.
 * Throws a `ClientError` REFUSED where none or several match, and shows these.
 */
export function chooseSpan(open: readonly SpanEntry[], words: readonly string[]): ChosenSpan {
  const [first = ''] = words;
  const isNamed = first !== '' && !/\s/.test(first);
  const found = isNamed ? named(open, first) : unnamed(open);
  const [span] = found;
  if (span !== undefined && found.length === 1) return { span, words: isNamed ? words.slice(1) : words };
  if (open.length === 0) throw refusalOf('nothing is open');
  if (found.length === 0)
    throw refusalOf(`nothing open is called ${preview(first)}; open are:\n${show(open)}`);
  throw refusalOf(`several are open; name one by its key or id:\n${show(found)}`);
}

/**
 * The id of the latest span of that key; of the span that the event of that id marks; or of the latest span whose stem is that
 * word or begins with it. Without a word the one that `chooseSpan` takes. Throws a `ClientError` REFUSED where there is none.
 */
export async function findSpan(client: HttpClient, which: string | undefined): Promise<number> {
  if (which === undefined) return chooseSpan(await findOpenSpans(client), []).span.id;
  const latest = async (filter: ListQuery): Promise<number | undefined> =>
    (await client.spans({ ...filter, from: 0, until: '+1d', order: 'descending', limit: 1 })).spans[0]?.id;
  const keyTags = ['incident', 'outage', 'span'].map((name) => `${name}=${which}`);
  const id =
    (await latest({ any: keyTags })) ??
    (/^\d{1,15}$/.test(which) ? Number(which) : await latest({ type: [which, `${which}_*`] }));
  if (id === undefined) throw refusalOf(`there is no span of the key or stem ${preview(which)}`);
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
