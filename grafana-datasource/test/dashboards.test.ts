// The plugin's dashboards send valid queries, and show data for a quarter of events.

import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { CoreApp, type DataFrame } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import { storyBegin, storyEnd, storyLines } from '../harness/story';
import plugin from '../src/plugin.json';
import { type AnthraciteQuery, defaultQuery } from '../src/query/query';
import { join, rangeOf } from './datasource';

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly templating: { readonly list: readonly { readonly type: string; readonly datasource?: unknown }[] };
  readonly panels: readonly Panel[];
}
interface Annotation {
  readonly builtIn?: number;
  readonly name: string;
  readonly datasource: unknown;
  readonly target: AnthraciteQuery;
}
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly datasource: unknown;
  readonly targets: readonly AnthraciteQuery[];
  readonly transformations?: readonly {
    readonly options: { readonly include: { readonly names: string[] } };
  }[];
}

const folder = joinPath(__dirname, '..', 'src', 'dashboards');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const dashboards = files.map((name): readonly [string, Dashboard] => [
  name,
  JSON.parse(readFileSync(joinPath(folder, name), 'utf8')),
]);
// Users name the datasource as they like, and select it in the dashboard.
const chosen = { type: plugin.id, uid: '${datasource}' };
const queriesOf = ({
  annotations,
  panels,
}: Dashboard): (readonly [string, AnthraciteQuery, Panel | null])[] => [
  ...annotations.list.flatMap((one) => (one.builtIn ? [] : [[one.name, one.target, null] as const])),
  ...panels.flatMap((panel) => panel.targets.map((target) => [panel.title, target, panel] as const)),
];

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(storyLines());
});

test('lists all dashboards in the plugin, by their titles', () => {
  expect(plugin.includes).toEqual(
    expect.arrayContaining(
      dashboards.map(([file, { title }]) => ({ type: 'dashboard', name: title, path: `dashboards/${file}` })),
    ),
  );
  expect(plugin.includes).toHaveLength(dashboards.length);
});

test.each(dashboards)('%s queries the selected datasource, with valid options', (_, dashboard) => {
  const variables = dashboard.templating.list.filter(({ type }) => type === 'query' || type === 'adhoc');
  const annotations = dashboard.annotations.list.filter(({ builtIn }) => !builtIn);
  for (const { datasource } of [...variables, ...annotations, ...dashboard.panels])
    expect(datasource).toEqual(chosen);
  for (const [, query] of queriesOf(dashboard)) {
    const { refId, datasource, ...asked } = query;
    expect(Object.keys(defaultQuery)).toEqual(expect.arrayContaining(Object.keys(asked)));
  }
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(
  dashboards.flatMap(([file, dashboard]) =>
    queriesOf(dashboard).map(([name, query, panel]) => [file, name, query, panel] as const),
  ),
)('%s: %s shows data', async (_file, _name, query, panel) => {
  const variables = { type: '*', search: '', incident: '9' };
  const { datasource } = join(server.url, { variables });
  const { data, errors } = await lastValueFrom(
    datasource.query({
      requestId: 'Q1',
      app: CoreApp.Dashboard,
      interval: '2h',
      intervalMs: 7_200_000,
      range: rangeOf(storyBegin, storyEnd),
      scopedVars: {},
      startTime: 0,
      timezone: 'utc',
      targets: [panel ? query : { ...query, kind: 'annotation' }],
    }),
  );
  expect(errors).toBeUndefined();
  const frames = data as DataFrame[];
  expect(frames.some(({ length }) => length > 0)).toBe(true);
  const fields = frames.flatMap((frame) => frame.fields.map(({ name }) => name));
  for (const { options } of panel?.transformations ?? []) {
    expect(fields).toEqual(expect.arrayContaining(options.include.names));
  }
});
