// Writes events as JSON within SQLite: a row that is never a JavaScript object costs a fraction. The texts are the same as
// those of the formats of events.

import type { WrittenForm } from '../../dialect';
import { type Sql, wrapSql } from '../../sql';

// The bytes before the first line feed, without a carriage return at their end, and those after it. Functions of text
// end at the first NUL.
const bytes = 'CAST(description AS BLOB)';
const titleEnd = `instr(${bytes}, x'0a')`;
const hasReturn = `${titleEnd} > 1 AND substr(${bytes}, ${titleEnd} - 1, 1) = x'0d'`;
const title = `CAST(substr(${bytes}, 1, ${titleEnd} - iif(${hasReturn}, 2, 1)) AS TEXT)`;
const body = `CAST(substr(${bytes}, ${titleEnd} + 1) AS TEXT)`;
const texts = `iif(
  instr(description, char(10)) = 0,
  json_quote(description) || ',"data":""',
  json_quote(${title}) || ',"data":' || json_quote(${body})
)`;

const items: Readonly<Record<WrittenForm['shape'], string>> = {
  json: `'{"id":' || events.id || ',"time":' || time || ',' || written.text || ',"description":' || json_quote(description) || '}'`,
  // Seconds, rounded down.
  graphite: `'{"when":' || iif(time >= 0, time / 1000, -((999 - time) / 1000)) || ',"what":' || ${texts}
             || ',"tags":' || written.text || ',"id":' || events.id || '}'`,
};

/** The events with the ids of a query, written in a form; those with a description of more than `maxBytes` are left out. */
export function written({ shape, end, separator }: WrittenForm, ids: Sql, maxBytes: number): Sql {
  const isShort = `octet_length(description) <= ${maxBytes}`;
  const { text, values } = wrapSql(
    `SELECT json_group_array(entry.id), json_group_array(time),
            json_group_array(series) FILTER (WHERE written.text IS NULL AND series IS NOT NULL),
            count(*) FILTER (WHERE (${isShort}) IS NOT TRUE),
            CAST(group_concat(CASE WHEN ${isShort} THEN ${items[shape]} || ? END, ?) AS BLOB)
     FROM (`,
    ids,
    `) AS entry LEFT JOIN events ON events.id = entry.id
     LEFT JOIN temp.${writtenSeries(shape)} AS written ON written.id = events.series`,
  );
  return { text, values: [end, separator, ...values] };
}

/** The temporary table of written types and tags, by the id of their series. */
export function writtenSeries(shape: WrittenForm['shape']): string {
  return `series_as_${shape}`;
}
