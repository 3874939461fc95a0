// Collects the SQL of all queries in PostgreSQL.

import type { Dialect } from '../../dialect';
import { createChangeSql } from './changes';
import { createDeploySql } from './deploys';
import { createEventSql } from './events';
import { createHourCountSql } from './hour-counts';
import { createNameSql } from './names';
import { createRecordSql } from './records';
import { createSeriesSql } from './series';
import { createSpanSql } from './spans';
import { createWordSql } from './words';

/** The SQL for the tables of a schema, whose name is quoted. */
export function createPostgresDialect(schema: string): Dialect {
  return {
    isRemote: true,
    series: createSeriesSql(schema),
    events: createEventSql(schema),
    hourCounts: createHourCountSql(schema),
    words: createWordSql(schema),
    names: createNameSql(schema),
    records: createRecordSql(schema),
    changes: createChangeSql(schema),
    deploys: createDeploySql(schema),
    spans: createSpanSql(schema),
  };
}
