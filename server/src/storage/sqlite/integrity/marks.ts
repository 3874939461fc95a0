// Checks the marks of spans against their events, and the spans against their marks.

import { WeightedCache } from '../../../weighted-cache';
import { type MarkSeries, readMarkSeries, roleCodes } from '../../marks/mark-series';
import { type Place, SpanPairing } from '../../marks/span-pairing';
import { levelOf, type SpanRow, type StoredSpan, spanColumns, toSpanRow } from '../../marks/span-row';
import type { Database } from '../connection';
import { canBeMarkType, markRules } from '../marks/mark-table';
import { SpanTable } from '../marks/span-table';
import type { Findings } from './findings';
import { walk } from './slices';

type MarkRow = readonly [
  id: number,
  group: string | null,
  time: number,
  role: number,
  series: number,
  timeOfEvent: number | null,
  seriesOfEvent: number | null,
];
type EventRow = readonly [series: number, time: number, id: number, mark: number | null];
type KnownRow = readonly [group: number, firstTime: number, firstId: number, level: number, ...SpanRow];

const maxCachedBytes = 8_388_608;
const seriesBytes = 600;

/** Checks all marks and spans. A schema without them, or tables that are not filled yet, are skipped. */
export function* checkMarks(db: Database, findings: Findings): Generator<number> {
  const rules = db.prepare("SELECT value FROM meta WHERE key = 'mark_rules'").pluck().get();
  if (rules !== markRules) return;
  const seriesOf = createSeriesReader(db);
  yield* walk<MarkRow>(db, {
    sql: `SELECT mark.id, name, mark.time, role, mark.series, events.time, events.series FROM mark
          LEFT JOIN mark_group ON mark_group.id = grp LEFT JOIN events ON events.id = mark.id
          WHERE mark.id > ? ORDER BY mark.id`,
    first: [-1],
    key: ([id]) => [id],
    look: ([id, group, time, role, series, timeOfEvent, seriesOfEvent]) => {
      const known = seriesOf(series);
      const isGood =
        time === timeOfEvent &&
        series === seriesOfEvent &&
        known !== null &&
        known.group === group &&
        roleCodes[known.meaning.role] === role;
      if (!isGood) findings.add('content', 'mark', 'it differs from its event', id);
    },
  });
  yield* walk<EventRow>(db, {
    sql: `SELECT found.series, found.time, found.id, mark.id FROM series CROSS JOIN series_time AS found ON found.series = series.id
          LEFT JOIN mark ON mark.id = found.id
          WHERE ${canBeMarkType} AND (found.series, found.time, found.id) > (?, ?, ?) ORDER BY found.series, found.time, found.id`,
    first: [-1, 0, 0],
    key: ([series, time, id]) => [series, time, id],
    look: ([series, , id, mark]) => {
      if (mark === null && seriesOf(series) !== null)
        findings.add('content', 'events', 'its mark is missing', id);
    },
  });
  const spans = new SpanPairing(new SpanTable(db), seriesOf);
  yield* walk<KnownRow>(db, {
    sql: `SELECT grp, first_time, first_id, level, ${spanColumns.join()} FROM span
          WHERE (grp, first_time, first_id) > (?, ?, ?) ORDER BY grp, first_time, first_id`,
    first: [-1, 0, 0],
    key: ([group, time, id]) => [group, time, id],
    look: ([group, time, id, level, ...row]) => {
      const expected = spanAt(spans, group, { time, id });
      const isGood =
        expected !== null &&
        levelOf(expected.span) === level &&
        JSON.stringify(toSpanRow(expected)) === JSON.stringify(row);
      if (!isGood) findings.add('content', 'span', 'it differs from its marks', row[0]);
    },
  });
  const [marks, inSpans] = db
    .prepare('SELECT (SELECT count(*) FROM mark), (SELECT coalesce(sum(mark_count), 0) FROM span)')
    .raw()
    .get() as [number, number];
  if (marks !== inSpans) findings.add('content', '', `${marks} marks exist, but spans contain ${inSpans}`);
}

// Null also when its marks cannot be read, which is a separate finding.
function spanAt(spans: SpanPairing, group: number, place: Place): StoredSpan | null {
  try {
    return spans.spanAt(group, place);
  } catch {
    return null;
  }
}

// The series of marks by their ids. A series that cannot be read is a separate finding.
function createSeriesReader(db: Database): (id: number) => MarkSeries | null {
  const text = db.prepare('SELECT text FROM series WHERE id = ?').pluck();
  const known = new WeightedCache<number, MarkSeries | null>(maxCachedBytes);
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    let series: MarkSeries | null = null;
    try {
      series = readMarkSeries(text.get(id) as string);
    } catch {}
    known.set(id, series, seriesBytes + 2 * (series?.chars ?? 0));
    return series;
  };
}
