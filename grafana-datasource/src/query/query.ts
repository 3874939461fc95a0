// The query as saved in a dashboard. Pure: independent of requests and variables.

import type { DataQuery } from '@grafana/schema';

/** How a panel or Explore shows a query. */
export type PanelKind =
  | 'table'
  | 'logs'
  | 'counts'
  | 'spans'
  | 'spanTable'
  | 'report'
  | 'marks'
  | 'suspects'
  | 'followers';

/** The same, the annotations of a dashboard, and the histogram over the log lines of Explore. */
export type QueryKind = PanelKind | 'annotation' | 'volume';

/** Which events and spans are drawn as marks: `suspects` are incidents with the changes before them. */
export type Show = 'both' | 'points' | 'spans' | 'suspects';

/**
 * A query as dashboards keep it. Lists contain `*` patterns and variables; a type that starts with `!` is excluded.
 * (Grafana stores an annotation's query next to its own fields, so a field must not be called `type`, `filter`, `name`,
 * `enable`, `hide`, `datasource` or `iconColor`.)
 */
export interface AnthraciteQuery extends DataQuery {
  /** The version of this form; see `migration.ts`. */
  version?: number;
  kind?: QueryKind;
  show?: Show;
  types?: string[];
  /** At least one of these tags. */
  anyTags?: string[];
  /** Every one of these tags; in an item with spaces, one of the tags that they separate. */
  allTags?: string[];
  /** None of these tags. */
  noTags?: string[];
  /** Text to search for. */
  text?: string;
  /** `open`, `over` for ended spans, or a variable; all if empty. */
  spanState?: string;
  /** `incident`, `gain`, `other`, or a variable; all if empty. */
  spanScale?: string;
  /** The highest severity of a span: `1` to `4`, or `none`; all if empty. */
  severities?: string[];
  /** The key of the tag by which events are grouped; empty: no groups. */
  groupBy?: string;
  /** Maximum gap between neighbours in a group, such as `30min`; empty: the server's default. */
  groupWindow?: string;
  /** Maximum number of events and of spans, or a variable; default: the limit of the datasource. */
  limit?: number | string;
  /** One series per value of this: `type` or the key of a tag; empty: one series. */
  countBy?: string;
  /** Interval of the counts, such as `1h` or `1d`; empty: fits the width of the panel. */
  interval?: string;
  /** Period of a report: `month`, `quarter`, `year`, or a variable; empty: the whole range. */
  period?: string;
  /** The incidents whose suspects, or the changes whose followers are shown: keys, tags, types or ids; empty: the newest. */
  subjects?: string[];
  /** How long before an incident changes are suspects, or after a change spans are followers, such as `6h`. */
  within?: string;
}

/** A query in which all fields except the limit are set. */
export type CompleteQuery = AnthraciteQuery & Required<Omit<AnthraciteQuery, keyof DataQuery | 'limit'>>;
