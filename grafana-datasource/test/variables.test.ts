// Variables of dashboards, with Grafana's own dashboard code, against a real server.

import type { DataQueryRequest, ScopedVars } from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import {
  EmbeddedScene,
  QueryVariable,
  SceneCanvasText,
  SceneVariableSet,
  sceneGraph,
  type VariableCustomFormatterFn,
} from '@grafana/scenes';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteQuery } from '../src/query/query';
import type { AnthraciteVariableQuery } from '../src/query/variable-query';
import { setUpDashboards, stateWhen } from './dashboard';
import { datasourceType, datasourceUid, join, rangeOf } from './datasource';

const lines = [
  '1700000000 deploy_shop;env=prod;host=web1;canary release',
  '1700000001 deploy_blog;env=test;host=web2;path=a=b release',
  '1700000002 incident_sev2_start;incident=42 the shop is <slow>',
  '1700000003 incident_sev1_start;incident=41 over already',
  '1700000004 incident_sev1_end;incident=41 over already',
  '1700000005 incident_sev3_start without a key',
  '1700000006 backup_start not an incident',
];

let server: Served;
/** The requests of the last variable. */
let asked: readonly string[] = [];
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(`${lines.join('\n')}\n`);
});

/** The options of a variable in a dashboard. */
async function optionsOf(
  query: Partial<AnthraciteVariableQuery>,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<unknown[]> {
  const { datasource, proxy } = join(server.url, { variables });
  asked = proxy.asked;
  setUpDashboards(datasource);
  const variable = new QueryVariable({
    name: 'picked',
    datasource: { uid: datasourceUid, type: datasourceType },
    query: { refId: 'Var', ...query },
  });
  const scene = new EmbeddedScene({
    $variables: new SceneVariableSet({ variables: [variable] }),
    body: new SceneCanvasText({ text: '' }),
  });
  const stop = scene.activate();
  const { options, error } = await stateWhen(
    variable,
    (state) => state.options.length > 0 || Boolean(state.error),
  );
  stop();
  if (error) throw error;
  return options.map(({ label, value }) => (label === value ? value : [label, value]));
}

test('lists types', async () => {
  expect(await optionsOf({ kind: 'types' })).toEqual([
    'backup_start',
    'deploy_blog',
    'deploy_shop',
    'incident_sev1_end',
    'incident_sev1_start',
    'incident_sev2_start',
    'incident_sev3_start',
  ]);
});

test('lists types that match a pattern, which can be a variable', async () => {
  expect(await optionsOf({ kind: 'types', pattern: '${what}_*' }, { what: 'deploy' })).toEqual([
    'deploy_blog',
    'deploy_shop',
  ]);
});

test('lists keys of tags, without words', async () => {
  expect(await optionsOf({ kind: 'tagKeys' })).toEqual(['env', 'host', 'incident', 'path']);
});

test('lists values of a tag', async () => {
  expect(await optionsOf({ kind: 'tagValues', key: 'env' })).toEqual(['prod', 'test']);
  expect(await optionsOf({ kind: 'tagValues', key: '$key' }, { key: 'path' })).toEqual(['a=b']);
});

test('lists open incidents, the newest first', async () => {
  expect(await optionsOf({ kind: 'openIncidents' })).toEqual([
    ['incident_sev3: sev3 \u00b7 without a key', 'incident_sev3'],
    ['42: sev2 \u00b7 the shop is <slow>', '42'],
  ]);
});

test.each([['*'], [undefined]])(
  'select all of their values, and no others, with the custom value %j',
  async (allValue) => {
    const { datasource, proxy } = join(server.url);
    setUpDashboards(datasource);
    const variable = new QueryVariable({
      name: 'type',
      isMulti: true,
      includeAll: true,
      value: ['$__all'],
      text: ['All'],
      datasource: { uid: datasourceUid, type: datasourceType },
      query: { refId: 'Var', kind: 'types', pattern: 'deploy_*' },
      ...(allValue && { allValue }),
    });
    const scene = new EmbeddedScene({
      $variables: new SceneVariableSet({ variables: [variable] }),
      body: new SceneCanvasText({ text: '' }),
    });
    const stop = scene.activate();
    const { value } = await stateWhen(variable, ({ options }) => options.length > 0);
    setTemplateSrv({
      replace: (text: string, scopedVars: ScopedVars, format: VariableCustomFormatterFn) =>
        sceneGraph.interpolate(scene, text, scopedVars, format),
      getVariables: () => [{ ...variable.state, current: { value } }],
    } as unknown as TemplateSrv);
    const range = rangeOf(1_700_000_000_000, 1_700_000_010_000);
    const request = {
      range,
      scopedVars: {},
      timezone: 'utc',
      targets: [{ refId: 'A', types: ['$type', '!$type'] }],
    };
    await lastValueFrom(datasource.query(request as unknown as DataQueryRequest<AnthraciteQuery>));
    stop();
    const parameters = new URLSearchParams(proxy.asked.at(-1)?.split('?')[1]);
    expect(parameters.getAll('type')).toEqual(['deploy_*', '!deploy_*']);
  },
);

test('are asked for by name only, because counting reads events', async () => {
  const requests = async (query: Partial<AnthraciteVariableQuery>) => {
    await optionsOf(query);
    return asked;
  };
  expect(await requests({ kind: 'types' })).toEqual(['types?counts=0&limit=100000']);
  expect(await requests({ kind: 'tagValues', key: 'env' })).toEqual([
    'tags?prefix=env%3D&counts=0&limit=100000',
  ]);
});

test('are suggested by their beginning, and then by a part of them', async () => {
  const { datasource, proxy } = join(server.url);
  const tags = async (typed: string) => (await datasource.catalog.tags(typed)).map(({ value }) => value);
  expect(await tags('en')).toEqual(['env=prod', 'env=test', 'incident=41', 'incident=42']);
  expect(await tags('WEB')).toEqual(['host=web1', 'host=web2']);
  expect(await tags('web1')).toEqual(['host=web1']);
  // All tags are requested once for several letters.
  expect(proxy.asked.filter((path) => !path.includes('prefix'))).toHaveLength(1);
});
