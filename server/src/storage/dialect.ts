// Defines the SQL of queries, which each database implements. Text from clients is always a bound value.

import type { Scale, Search } from '@anthracite/protocol/core';
import type { Cursor, EventQuery, NameKind, SettledQuery, SpanRange } from '../query/event-query';
import type { Sql } from './sql';

/** The SQL of one database. */
export interface Dialect {
  /** Whether each statement is a round trip to another program: few large ones are faster than many small ones. */
  readonly isRemote: boolean;
  readonly series: SeriesSql;
  readonly events: EventSql;
  readonly hourCounts: HourCountSql;
  readonly words: WordSql;
  readonly names: NameSql;
  readonly records: RecordSql;
  readonly changes: ChangeSql;
  readonly deploys: DeploySql;
  readonly spans: SpanSql;
}

/** Types with their tags. */
export interface SeriesSql {
  /** Whether the ids of few series are read before their events are: the database then knows how frequent they are. */
  readonly isResolvedFirst: boolean;
  /** Whether any series has a word that matches one of some patterns, as one row or none. */
  occurrenceOf(word: readonly string[]): Sql;
  /** The series that a query selects, as a subquery of ids; null when it does not restrict them. */
  selected(query: SettledQuery): Sql | null;
  /**
   * The conditions of a query, each as the series that it alone selects, if an index finds them without reading others:
   * their counts are the cost of selecting the series. Null without conditions, or when one needs a scan.
   */
  indexedParts(query: SettledQuery): readonly Sql[] | null;
  /** The ids of a subquery of series as a column `id`. */
  idsOf(series: Sql): Sql;
  /** Number of events of a subquery of series that the index of series contains. */
  totalOf(series: Sql): Sql;
  /** Some ids as a subquery of series. */
  listed(ids: readonly number[]): Sql;
  /** Id and text of the series with some ids; missing ones are left out. */
  textsOf(ids: readonly number[]): Sql;
}

/** A form of events that a database can write: a JSON object in our shape, or in Graphite's; and the texts after and between events. */
export interface WrittenForm {
  readonly shape: 'json' | 'graphite';
  readonly end: string;
  readonly separator: string;
}

/** Longer descriptions, in bytes of UTF-8, are not read with their rows, so that blocks of rows are small. */
export const maxInlineBytes = 8_192;

/** How the index of series is used. */
export interface SeriesSeek {
  readonly after: Cursor | null;
  /** True when the index contains all events: then only it is used. */
  readonly isFollowed: boolean;
  /** Infinity for none. */
  readonly limit: number;
}

/**
 * Events. Rows that are read in blocks are `id`, `time`, `series` and `description`: a long description is null,
 * `lengthsOf` returns its length, and `textsOf` reads it.
 */
export interface EventSql {
  /** The time of the first event, as one row or none. */
  readonly firstTime: Sql;
  /** The time of the first event at or after an instant, as one row or none. */
  timeFrom(fromMs: number): Sql;
  /** The highest id of an event, or 0. */
  readonly lastId: Sql;
  /** Number of events that the index of series does not contain yet. */
  readonly seriesLag: Sql;
  /** The events with some ids, in the order of the ids; missing ones are left out. */
  ofIds(ids: readonly number[]): Sql;
  /** Id and length, in bytes of UTF-8, of the descriptions of some events. */
  lengthsOf(ids: readonly number[]): Sql;
  /** Id and description of some events. */
  textsOf(ids: readonly number[]): Sql;
  /** Id and the beginning, at least `chars` code points, of the descriptions of some events. */
  beginningsOf(ids: readonly number[], chars: number): Sql;
  /**
   * Events in order of time, read along the time index; events of other series are skipped. The values come from the
   * event, not from its index entry; the time is null when the event is missing.
   */
  byTime(query: EventQuery, series: Sql | null, after: Cursor | null, limit: number): Sql;
  /**
   * The events of `byTime`, written in a form by the database itself, as one row: lists in JSON of their ids, of their times, and
   * of their series that `Asker.knowSeries` must tell before; the number of those with a long description; and the text, as
   * a blob. The text lacks the events of unknown series, and those with a long description. Null when the database does not
   * write text.
   */
  readonly writtenByTime:
    | ((form: WrittenForm, query: EventQuery, series: Sql | null, after: Cursor | null, limit: number) => Sql)
    | null;
  /** Events in the order they came, after one id and up to another. */
  byId(query: EventQuery, series: Sql | null, afterId: number, upto: number, limit: number): Sql;
  /** The id of the last event of a range after a cursor, found along the time index from the other end. */
  lastBeyond(query: EventQuery, after: Cursor | null): Sql;
  /** Ids and series of the events of some series in a range, in order of time: from the index of series, sorted. */
  pickedOfSeries(query: EventQuery, series: Sql, seek: SeriesSeek): Sql;
  /** Number of events that `pickedOfSeries` would have to sort, counted up to the limit. */
  countOfSeries(query: EventQuery, series: Sql, seek: SeriesSeek): Sql;
  /**
   * Id, series and time of each event in the rest of a range, in order, at most `limit` (Infinity for all): from the
   * time index alone.
   */
  pickedByTime(query: EventQuery, after: Cursor | null, limit: number): Sql;
  /** Number of events in the rest of a range, counted up to `limit`. */
  countLeft(query: EventQuery, after: Cursor | null, limit: number): Sql;
  /** Instants with their number of events, ascending: of all events, or of the given series. */
  countByTime(query: EventQuery, series: Sql | null): Sql;
  /** Number of events of each series per unit of time since an instant, ascending in time: `slot`, `series`, count. */
  countBySeries(query: EventQuery, series: Sql | null, unitMs: number, sinceMs?: number): Sql;
  /** Number of events in a range. */
  countRange(query: EventQuery): Sql;
  /** The series of each event of a range. */
  seriesOfRange(query: EventQuery): Sql;
}

/** Kept counts: the number of events of each series in each hour, in blocks of series. See `hour-counts.ts`. */
export interface HourCountSql {
  /** Number of events that the counts do not contain yet. */
  readonly lag: Sql;
  /**
   * The counts of whole hours, in order of time: the hour since the epoch, the first id of the block of series, and its
   * encoded counts. The bounds are multiples of an hour.
   */
  between(fromMs: number, untilMs: number): Sql;
  /** Time and series, as columns, of the events of a range that the counts do not contain yet, in no order. */
  notYet(fromMs: number, untilMs: number): Sql;
}

/** The index of words. A question to it is a text in the syntax of its database. */
export interface WordSql {
  /** Number of events that the index does not contain yet. */
  readonly lag: Sql;
  /** Whether it costs little to find out that a word is frequent. */
  readonly countsEarly: boolean;
  /**
   * The question that finds every event of a search, and maybe others; null when the index cannot help. It collects all
   * words with a prefix before it answers, so the words with rare prefixes are searched alone.
   */
  wanted(search: Search, rarePrefixes: ReadonlySet<string>): string | null;
  /** The questions for the whole words that a search wants. */
  wholeWords(search: Search): readonly string[];
  /** The prefixes of words in a search. */
  prefixesOf(search: Search): readonly string[];
  /** The question that finds only events that a search excludes; null when the index cannot tell. */
  unwanted(search: Search): string | null;
  /** A row for each event with each word with a prefix. */
  mentionsOf(prefix: string): Sql;
  /** Number of events that the index finds, counted up to `limit`. */
  countFound(question: string, limit: number): Sql;
  /**
   * Ids and series of the events of a range, of all series, that the index finds, and of those that it does not contain
   * yet, in order of time.
   */
  picked(query: EventQuery, after: Cursor | null, question: string): Sql;
  /** Ids and series of a query's events that the index does not find, in order. */
  pickedWithout(
    query: EventQuery,
    series: Sql | null,
    after: Cursor | null,
    question: string,
    limit: number,
  ): Sql;
}

/** Names of types and tags, and the totals of the store. */
export interface NameSql {
  /** Name, number of events, first and last time of types, or of tags, with a prefix, in order. */
  usages(kind: 'types' | 'tags', prefix: string, limit: number): Sql;
  /**
   * The first names from a prefix on, whether they have the prefix or not, in order, and 1 if a name belongs to a tag
   * or, when types are requested, to a type. For keys, one tag of each key.
   */
  leaps(kind: NameKind, prefix: string, limit: number): Sql;
  /** Events, rejected lines, dropped rejected lines, the last id, the progress of the index of series, of the kept counts, and of the index of words. */
  readonly statistics: Sql;
}

/** Rejected lines, and changes and keys of events. */
export interface RecordSql {
  /** Rejected lines before an id, newest first: id, time, door, peer, code, message, line. */
  rejects(before: number, limit: number): Sql;
  /** One rejected line. */
  reject(id: number): Sql;
  /** The number of rejected lines. */
  readonly rejectCount: Sql;
  /**
   * Changes after an id, in the order they were made, of one event or of all (null): id, event, time, author, and the
   * event before and after the change, each as time, series, description.
   */
  changes(event: number | null, after: number): Sql;
  /** Changes of an event, newest first. */
  newestChanges(event: number): Sql;
  /** Event, number of changes, time of the last change, and the event's time before the first one, of changed events. */
  revisionsOf(events: readonly number[]): Sql;
  /** The first key of an event, in order of source and key, as one row or none. */
  keyOf(event: number): Sql;
  /** The highest id that an event has or had, and the last change. */
  readonly position: Sql;
}

/** Events in the search for changes: id, time, series. */
export interface ChangeSql {
  /** The time of the event that has this many others after it in a range, as one row or none. */
  timeOfLast(fromMs: number, untilMs: number, count: number): Sql;
  /** The newest events of a range, of types that match any of some patterns or, for `types`, of some types. */
  last(fromMs: number, untilMs: number, types: TypeChoice, limit: number): Sql;
  /**
   * Each of some types, and the number of its events in a range in the index of series, counted up to `maxEvents`; null for a
   * type with more than `maxSeries` series.
   */
  countByType(
    types: readonly string[],
    fromMs: number,
    untilMs: number,
    maxEvents: number,
    maxSeries: number,
  ): Sql;
  /** The events of some types in a range in the index of series, unordered. */
  ofTypes(types: readonly string[], fromMs: number, untilMs: number): Sql;
  /** Events of some types in a range that the index of series does not contain yet. */
  notYet(types: readonly string[], fromMs: number, untilMs: number, limit: number): Sql;
}

/** Patterns of types (an empty list means all types), or literal types. */
export type TypeChoice = { readonly patterns: readonly string[] } | { readonly types: readonly string[] };

/** Deployments: events of types that start with `deploy_`. */
export interface DeploySql {
  /** Their series. */
  readonly series: Sql;
  /** Id, time and series of deployments of some series in a range, from the index of series. */
  ofSeries(series: readonly number[], fromMs: number, untilMs: number, limit: number): Sql;
  /** Id, time and series of deployments in a range that the index does not contain yet. */
  notYet(fromMs: number, untilMs: number, limit: number): Sql;
}

/** How a block of spans is read: order, cursor, maximum number, and filter. */
export interface SpanSeek {
  readonly isAscending: boolean;
  readonly after: Cursor | null;
  readonly only: Pick<SpanRange, 'isOpen' | 'scales' | 'withDeployments' | 'severities'>;
  readonly limit: number;
}

/** The current or former place of a mark within its group. */
export interface GroupPlace extends Cursor {
  /** The name of the group. */
  readonly group: string;
}

/** Spans and their marks. Rows of spans are columns as in `span-row.ts`. */
export interface SpanSql {
  /** The levels with spans. */
  readonly levels: Sql;
  /** The start of the first span that starts at or after an instant, as one row or none. */
  beginFrom(fromMs: number): Sql;
  /** Spans that start within a range. */
  begun(fromMs: number, untilMs: number, seek: SpanSeek): Sql;
  /** Spans of some levels that start before an instant, and last at least until another. */
  lasting(levels: readonly number[], fromMs: number, beforeMs: number, seek: SpanSeek): Sql;
  /** The newest spans of some types that started within a range, newest first. */
  ofTypes(types: readonly string[], fromMs: number, untilMs: number, limit: number): Sql;
  /** Id, start and origin of the newest spans on a scale or, if that is `other`, of a type, that started before an instant. */
  past(scale: Scale, type: string, beforeMs: number, limit: number): Sql;
  /** The span of a mark, given the id of any of its marks. */
  ofMark(eventId: number): Sql;
  /**
   * The spans that may have changed because marks were added or removed: for each place of a group, the last span that
   * starts before it, the span that starts there, and the next. Rows have the index of their place before their
   * columns.
   */
  near(places: readonly GroupPlace[]): Sql;
  /** The same for the marks with some event ids. */
  nearMarks(eventIds: readonly number[]): Sql;
  /** Ids of events that are marks, after one id and up to another, in order. */
  marksBetween(afterId: number, uptoId: number, limit: number): Sql;
}
