// Variables of dashboards, with Grafana's own dashboard code, against a real server.

import { EmbeddedScene, QueryVariable, SceneCanvasText, SceneVariableSet } from '@grafana/scenes';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteVariableQuery } from '../src/query/variable-query';
import { setUpDashboards, stateWhen } from './dashboard';
import { datasourceType, datasourceUid, join } from './datasource';

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
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(`${lines.join('\n')}\n`);
});

/** The options of a variable in a dashboard. */
async function optionsOf(
  query: Partial<AnthraciteVariableQuery>,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<unknown[]> {
  setUpDashboards(join(server.url, { variables }).datasource);
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
