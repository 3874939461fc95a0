// The plugin, as Grafana loads it.

import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/config-editor';
import { QueryEditor } from './components/query-editor';
import { QueryHelp } from './components/query-help';
import { AnthraciteDatasource } from './datasource';
import type { AnthraciteOptions, AnthraciteSecrets } from './options';
import type { AnthraciteQuery } from './query/query';

/** Grafana looks for this name. */
export const plugin = new DataSourcePlugin<
  AnthraciteDatasource,
  AnthraciteQuery,
  AnthraciteOptions,
  AnthraciteSecrets
>(AnthraciteDatasource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
