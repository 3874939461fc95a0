// The interface of the datasource for editors.

import type { DataSourceApi } from '@grafana/data';
import type { AnnotationPreviews } from './annotation-previews';
import type { Catalog } from './catalog';
import type { AnthraciteOptions } from './options';
import type { AnthraciteQuery } from './query/query';

/** The datasource with its lists, its default limit, and the tests of annotation queries. */
export type EditorDatasource = DataSourceApi<AnthraciteQuery, AnthraciteOptions> & {
  readonly catalog: Catalog;
  readonly limit: number;
  readonly previews: AnnotationPreviews;
};
