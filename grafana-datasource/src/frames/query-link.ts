// The link from a frame to the page of the server with the same query and range. Pure.

import { type DataFrame, type Field, FieldType } from '@grafana/data';
import type { CompleteQuery } from '../query/query';
import { filterParameters, formatParameters, spanParameters, type TimeRangeMs } from '../request/parameters';

// Browsers and proxies accept longer addresses, but nobody reads them.
const maxChars = 4_000;
const pages: Readonly<Partial<Record<CompleteQuery['kind'], string>>> = {
  table: 'events/',
  logs: 'events/',
  counts: 'timeline',
  spans: 'timeline',
  spanTable: 'spans',
  report: 'report',
};
const title = 'Open this query in Anthracite';

/** The frames with a link to the same query on each number or state, or on the id of tables. Without an address they are unchanged. */
export function withQueryLink(
  frames: DataFrame[],
  query: CompleteQuery,
  range: TimeRangeMs,
  linkBase: string,
): DataFrame[] {
  const page = pages[query.kind];
  if (linkBase === '' || page === undefined) return frames;
  const choosesSpans = query.kind === 'spanTable';
  const parameters = formatParameters({
    ...filterParameters(query, range),
    ...(choosesSpans && spanParameters(query)),
    ...(query.kind === 'report' && { period: query.period }),
  });
  const url = `${linkBase}/${page}?${parameters}`;
  return url.length > maxChars ? frames : frames.map((frame) => linked(frame, url));
}

function linked(frame: DataFrame, url: string): DataFrame {
  const hasIds = frame.fields.some(({ name }) => name === 'id');
  const isLinked = ({ name, type }: Field): boolean => (hasIds ? name === 'id' : type !== FieldType.time);
  const link = { title, url, targetBlank: true };
  return {
    ...frame,
    fields: frame.fields.map((field) =>
      isLinked(field)
        ? { ...field, config: { ...field.config, links: [...(field.config.links ?? []), link] } }
        : field,
    ),
  };
}
