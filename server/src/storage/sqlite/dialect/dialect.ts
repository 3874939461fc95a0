// Collects the SQL of all queries in SQLite.

import type { Dialect } from '../../dialect';
import { changeSql } from './changes';
import { deploySql } from './deploys';
import { eventSql } from './events';
import { hourCountSql } from './hour-counts';
import { nameSql } from './names';
import { recordSql } from './records';
import { seriesSql } from './series';
import { spanSql } from './spans';
import { wordSql } from './words';

export const sqliteDialect: Dialect = {
  isRemote: false,
  series: seriesSql,
  events: eventSql,
  hourCounts: hourCountSql,
  words: wordSql,
  names: nameSql,
  records: recordSql,
  changes: changeSql,
  deploys: deploySql,
  spans: spanSql,
};
