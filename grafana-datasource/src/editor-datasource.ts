// What editors know of the datasource.

import type { DataSourceApi } from '@grafana/data';
import type { Catalog } from './catalog';
import type { AnthraciteOptions } from './options';
import type { AnthraciteQuery } from './query/query';

/** The datasource, with what its editors offer to choose from. */
export type EditorDatasource = DataSourceApi<AnthraciteQuery, AnthraciteOptions> & {
  readonly catalog: Catalog;
  readonly limit: number;
};
