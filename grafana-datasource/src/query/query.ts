// The query as saved in a dashboard, and its defaults. Pure: independent of requests and variables.

import type { DataQuery } from '@grafana/schema';

/** How a panel or Explore shows a query. */
export type PanelKind = 'table' | 'logs' | 'counts' | 'spans' | 'spanTable' | 'report' | 'marks';

/** The same, and annotations of a dashboard. */
export type QueryKind = PanelKind | 'annotation';

/** Which events and spans are drawn as marks. */
export type Show = 'both' | 'points' | 'spans';

/** Which spans are shown: open, ended, or all if empty. */
export type SpanState = '' | 'open' | 'over';

/** Incidents, gains, other spans, or all if empty. */
export type SpanScale = '' | 'incident' | 'gain' | 'other';

/**
 * A query as dashboards keep it. Lists contain `*` patterns and variables; a type that starts with `!` is excluded.
 * (Grafana stores an annotation's query next to its own fields, so a field must not be called `type`, `filter`, `name`,
 * `enable`, `hide`, `datasource` or `iconColor`.)
 */
export interface AnthraciteQuery extends DataQuery {
  kind?: QueryKind;
  show?: Show;
  types?: string[];
  /** At least one of these tags. */
  anyTags?: string[];
  /** Every one of these tags. */
  allTags?: string[];
  /** None of these tags. */
  noTags?: string[];
  /** Text to search for. */
  text?: string;
  spanState?: SpanState;
  spanScale?: SpanScale;
  /** The highest severity of a span: `1` to `4`, or `none`; all if empty. */
  severities?: string[];
  /** The key of the tag by which events are grouped; empty: no groups. */
  groupBy?: string;
  /** Maximum gap between neighbours in a group, such as `30min`; empty: the server's default. */
  groupWindow?: string;
  /** Maximum number of events and of spans; default: the limit of the datasource. */
  limit?: number;
  /** One series per value of this: `type` or the key of a tag; empty: one series. */
  countBy?: string;
  /** Interval of the counts, such as `1h` or `1d`; empty: fits the width of the panel. */
  interval?: string;
  /** Period of a report: `month`, `quarter`, `year`; empty: the whole range. */
  period?: string;
}

/** A query in which all fields except the limit are set. */
export type CompleteQuery = AnthraciteQuery & Required<Omit<AnthraciteQuery, keyof DataQuery | 'limit'>>;

/** The defaults of a new query. */
export const defaultQuery: Readonly<Omit<CompleteQuery, keyof DataQuery | 'limit'>> = {
  kind: 'table',
  show: 'both',
  types: [],
  anyTags: [],
  allTags: [],
  noTags: [],
  text: '',
  spanState: '',
  spanScale: '',
  severities: [],
  groupBy: '',
  groupWindow: '',
  countBy: 'type',
  interval: '',
  period: '',
};

/** A query with defaults for missing fields. */
export function completeQuery(query: AnthraciteQuery): CompleteQuery {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return { ...query, ...defaultQuery, ...Object.fromEntries(said) };
}
