// Variables of a dashboard list the data of the server, and work in the queries of panels and annotations.

import { type DashboardModel, expect, marksOf, pluginId, randomWalk, test } from './grafana';

/** A dashboard with a variable of types, some of them selected, and deployments of these types as annotations. */
function dashboardWith(uid: string, chosen: readonly string[]): DashboardModel {
  const datasource = { type: pluginId, uid };
  return {
    panels: [randomWalk],
    variables: [
      {
        type: 'query',
        name: 'type',
        label: 'Type',
        datasource,
        query: { refId: 'type', kind: 'types', pattern: 'deploy_*' },
        refresh: 1,
        multi: true,
        includeAll: true,
        allValue: '*',
        current: { text: chosen, value: chosen },
      },
    ],
    annotations: [
      {
        name: 'Events',
        enable: true,
        iconColor: 'blue',
        datasource,
        target: { refId: 'Anno', show: 'both', types: ['$type'], allTags: ['env=prod'] },
      },
    ],
  };
}

test('offers the existing types in a variable', async ({
  anthracite,
  gotoDashboardPage,
  page,
  storeDashboard,
}) => {
  const uid = await storeDashboard(dashboardWith(anthracite.uid, ['deploy_website']));
  await gotoDashboardPage({ uid });
  await page
    .locator('label', { hasText: /^Type$/ })
    .locator('..')
    .getByRole('combobox')
    .first()
    .click();
  await expect(
    page.getByRole('option', { name: 'deploy_checkout' }).or(page.getByText('deploy_checkout')).first(),
  ).toBeVisible();
});

test('narrows the annotations by one value and by several', async ({
  anthracite,
  gotoDashboardPage,
  storeDashboard,
}) => {
  const one = await storeDashboard(dashboardWith(anthracite.uid, ['deploy_website']));
  const first = await gotoDashboardPage({ uid: one });
  await expect(marksOf(first.getPanelByTitle('Requests').locator)).toHaveCount(1);
  const both = await storeDashboard(dashboardWith(anthracite.uid, ['deploy_website', 'deploy_checkout']));
  const second = await gotoDashboardPage({ uid: both });
  await expect(marksOf(second.getPanelByTitle('Requests').locator)).toHaveCount(2);
});

test('matches any of several values in "All of the tags"', async ({
  anthracite,
  gotoDashboardPage,
  storeDashboard,
}) => {
  const datasource = { type: pluginId, uid: anthracite.uid };
  const chosen = ['web1', 'web2'];
  const uid = await storeDashboard({
    panels: [
      {
        id: 1,
        type: 'table',
        title: 'Hosts',
        gridPos: { x: 0, y: 0, w: 24, h: 12 },
        datasource,
        targets: [{ refId: 'A', datasource, kind: 'table', types: ['puppet'], allTags: ['host=$host'] }],
      },
    ],
    variables: [
      {
        type: 'query',
        name: 'host',
        label: 'Host',
        datasource,
        query: { refId: 'host', kind: 'tagValues', key: 'host' },
        refresh: 1,
        multi: true,
        includeAll: true,
        current: { text: chosen, value: chosen },
      },
    ],
  });
  const panel = (await gotoDashboardPage({ uid })).getPanelByTitle('Hosts');
  for (const host of chosen) await expect(panel.data).toContainText([new RegExp(`host=${host}\\b`)]);
  await expect(panel.locator.getByText(/host=web3\b/)).toHaveCount(0);
});

test('creates a variable in the settings of a dashboard', async ({ anthracite, page, variableEditPage }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(anthracite.name);
  await expect(page.getByText('Values', { exact: true }).first()).toBeVisible();
  await page.getByLabel('Like').fill('deploy_*');
  await page.getByLabel('Like').press('Enter');
  await variableEditPage.runQuery();
  await expect(page.getByText('deploy_website').first()).toBeVisible();
});
