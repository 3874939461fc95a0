// The plugin is installed in this Grafana, and works as far as possible before its setup.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledDashboards } from './bundled-dashboards';
import { expect, pluginId, sent, test } from './grafana';

const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};

test('is installed, in this version, as a datasource of annotations, metrics and logs', async ({
  request,
}) => {
  const response = await request.get(`/api/plugins/${pluginId}/settings`);
  expect(
    response.ok(),
    `Grafana does not know ${pluginId}: is it in the plugins folder, and allowed unsigned?`,
  ).toBe(true);
  expect(await response.json()).toMatchObject({ type: 'datasource', name: 'Anthracite', info: { version } });
});

test('can be added from the list of datasources', async ({ page }) => {
  await page.goto('/connections/datasources/new');
  await page.getByPlaceholder(/filter by name or type/i).fill('Anthracite');
  await expect(
    page
      .getByRole('button', { name: /Anthracite/ })
      .or(page.getByRole('link', { name: /Anthracite/ }))
      .first(),
  ).toBeVisible();
});

test('has its dashboards, for the page of the datasource to import', async ({ api }) => {
  const response = await sent(api.get(`/api/plugins/${pluginId}/dashboards`));
  const included = (await response.json()) as { title: string }[];
  expect(included.map(({ title }) => title).sort()).toEqual(
    bundledDashboards.map(({ title }) => title).sort(),
  );
});
