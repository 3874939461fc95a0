// Anthracite as a datasource of Grafana's built-in type Graphite: annotations, panels and an alert rule.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, marksOf, randomWalk, sent, storeEvents, test } from './grafana';

test('draws annotations by tags', async ({ graphite, page, storeDashboard }) => {
  const datasource = { type: 'graphite', uid: graphite.uid };
  const target = {
    refId: 'Anno',
    fromAnnotations: true,
    queryType: 'tags',
    tags: ['deploy_website', 'env=prod'],
  };
  const uid = await storeDashboard({
    panels: [randomWalk],
    annotations: [{ name: 'Deploys', enable: true, iconColor: 'blue', datasource, target }],
  });
  await page.goto(`/d/${uid}`);
  await expect(marksOf(page.locator('body'))).toHaveCount(1);
});

test('draws the number of events, without gaps', async ({ graphite, page, selectors, storeDashboard }) => {
  const datasource = { type: 'graphite', uid: graphite.uid };
  const target = 'alias(transformNull(summarize(events("env=prod"), "1h", "sum")), "in production")';
  const answered = page.waitForResponse(
    (response) => response.url().includes(`/proxy/uid/${graphite.uid}/render`) && response.ok(),
  );
  const uid = await storeDashboard({
    panels: [{ ...randomWalk, datasource, targets: [{ refId: 'A', datasource, target }] }],
  });
  await page.goto(`/d/${uid}`);
  const [series] = (await (await answered).json()) as { datapoints: [number | null, number][] }[];
  expect(series?.datapoints.map(([value]) => value)).not.toContain(null);
  await expect(page.getByText('in production')).toBeVisible();
  await expect(page.getByTestId(selectors.components.Panels.Panel.status('error'))).toHaveCount(0);
});

test('fires an alert rule for an event, in the mode Strict', async ({ api, graphite }) => {
  const { version } = (await (await sent(api.get('/api/health'))).json()) as { version: string };
  test.skip(
    /^12\.4\.[0-2]\b/.test(version),
    `Grafana ${version} has no data for any rule on the Graphite type`,
  );
  const type = `e2e_alert_${Date.now()}`;
  const folderUID = 'anthracite-e2e-alerts';
  const ruleUID = 'anthracite-e2e-rule';
  await api.delete(`/api/v1/provisioning/alert-rules/${ruleUID}`);
  await api.post('/api/folders', { data: { uid: folderUID, title: 'Anthracite e2e alerts' } });
  const expression = (refId: string, model: object) => ({
    refId,
    datasourceUid: '__expr__',
    relativeTimeRange: { from: 0, to: 0 },
    model: { refId, ...model },
  });
  const rule = {
    uid: ruleUID,
    orgID: 1,
    folderUID,
    ruleGroup: 'e2e',
    title: type,
    condition: 'C',
    for: '0s',
    noDataState: 'NoData',
    execErrState: 'Error',
    data: [
      {
        refId: 'A',
        datasourceUid: graphite.uid,
        relativeTimeRange: { from: 600, to: 0 },
        model: { refId: 'A', target: `transformNull(events("${type}"))` },
      },
      expression('B', { type: 'reduce', expression: 'A', reducer: 'sum' }),
      expression('C', {
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: 'gt', params: [0] } }],
      }),
    ],
  };
  try {
    await sent(api.post('/api/v1/provisioning/alert-rules', { data: rule }));
    const stateOf = async () => {
      const answer = await sent(api.get('/api/prometheus/grafana/api/v1/rules'));
      const { data } = (await answer.json()) as {
        data: { groups: { rules: { name: string; state: string; health: string }[] }[] };
      };
      const found = data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === type);
      return `${found?.state} ${found?.health}`;
    };
    const patience = { timeout: 150_000, intervals: [2_000] };
    await expect.poll(stateOf, patience).toBe('inactive ok'); // no event ever had this type
    await storeEvents(`${Math.floor(Date.now() / 1_000)} ${type} an event\n`);
    await expect.poll(stateOf, patience).toBe('firing ok');
  } finally {
    await api.delete(`/api/v1/provisioning/alert-rules/${ruleUID}`);
    await api.delete(`/api/folders/${folderUID}?forceDeleteRules=true`);
  }
});

test('has an example of alert rules that Grafana reads', async ({ api }) => {
  const file = join(__dirname, '..', 'provisioning', 'alerting', 'anthracite.yaml');
  const uids = [...readFileSync(file, 'utf8').matchAll(/uid: (\S+)/g)].map((match) => match[1]);
  const answer = await sent(api.get('/api/v1/provisioning/alert-rules'));
  const known = ((await answer.json()) as { uid: string }[]).map(({ uid }) => uid);
  test.skip(!uids.some((uid) => known.includes(String(uid))), 'this Grafana does not provision the example');
  expect(known).toEqual(expect.arrayContaining(uids));
});
