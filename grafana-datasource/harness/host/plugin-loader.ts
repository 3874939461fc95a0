// Loads a plugin like Grafana: its AMD module by SystemJS, with Grafana's own modules shared with it.

import * as emotionCss from '@emotion/css';
import type { DataSourcePlugin } from '@grafana/data';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as react from 'react';
import * as reactDom from 'react-dom';
import * as rxjs from 'rxjs';

// biome-ignore lint/suspicious/noExplicitAny: a plugin for whatever query
export type AnyPlugin = DataSourcePlugin<any, any, any>;

interface SystemJs {
  addImportMap(map: { imports: Record<string, string> }): void;
  set(name: string, module: object): void;
  import(url: string): Promise<{ plugin: AnyPlugin }>;
}

declare const System: SystemJs;

const shared: Readonly<Record<string, object>> = {
  '@emotion/css': emotionCss,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  react,
  'react-dom': reactDom,
  rxjs,
};

/** Loads the plugin at a URL. Rejects when it imports a module that is not shared. */
export async function loadPlugin(url: string): Promise<AnyPlugin> {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(shared)) {
    imports[name] = `package:${name}`;
    System.set(`package:${name}`, { ...module, default: module, __useDefault: true });
  }
  System.addImportMap({ imports });
  const { plugin } = await System.import(url);
  return plugin;
}
