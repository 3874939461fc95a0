// What a query asks for, as a dashboard keeps it, and with its defaults. Pure: knows no request and no variable.

import type { DataQuery } from '@grafana/schema';

/** What a panel or Explore shows of a query. */
export type PanelKind = 'table' | 'logs' | 'counts' | 'spans' | 'spanTable' | 'report' | 'marks';

/** The same, and what a dashboard draws on its panels. */
export type QueryKind = PanelKind | 'annotation';

/** What of the events and the spans is drawn as marks. */
export type Show = 'both' | 'points' | 'spans';

/** Which spans are shown: open ones, those that are over, or all where it is empty. */
export type SpanState = '' | 'open' | 'over';

/** Bad news, good news, neither, or all where it is empty. */
export type SpanScale = '' | 'incident' | 'gain' | 'other';

/**
 * A query as dashboards keep it. Lists hold patterns with `*`, and variables; a type that begins with `!` is left out.
 * (An annotation's query shares a level with fields of Grafana's own: none may be called `type`, `filter`, `name`,
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
  /** Not one of these tags. */
  noTags?: string[];
  /** Text to be found. */
  text?: string;
  spanState?: SpanState;
  spanScale?: SpanScale;
  /** The gravest that a span had: `1` to `4`, or `none`; all where it is empty. */
  severities?: string[];
  /** The key of the tag that makes events one mark; empty for none. */
  groupBy?: string;
  /** How far apart neighbours in a group may be, such as `30min`; empty for the server's own. */
  groupWindow?: string;
  /** At most so many; the datasource's own when it is left out. */
  limit?: number;
  /** What is counted apart: `type`, the key of a tag, or empty for all together. */
  countBy?: string;
  /** What is counted together in time, such as `1h` or `1d`; empty for what the panel's width asks for. */
  interval?: string;
  /** What a report is divided by: `month`, `quarter`, `year`; empty for the range as a whole. */
  period?: string;
}

/** A query with nothing left open but the limit. */
export type CompleteQuery = AnthraciteQuery & Required<Omit<AnthraciteQuery, keyof DataQuery | 'limit'>>;

/** What a new query asks for. */
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

/** A query with defaults where it says nothing. */
export function completeQuery(query: AnthraciteQuery): CompleteQuery {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return { ...query, ...defaultQuery, ...Object.fromEntries(said) };
}
