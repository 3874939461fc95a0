// The plugin is installed in this Grafana, and works as far as possible before its setup.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, pluginId, test } from './grafana';

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

test('imports its dashboards', async ({ anthracite, request, page }) => {
  const included = (await (await request.get(`/api/plugins/${pluginId}/dashboards`)).json()) as {
    path: string;
    title: string;
  }[];
  expect(included.length).toBeGreaterThan(0);
  for (const { path, title } of included) {
    const response = await request.post('/api/dashboards/import', {
      data: {
        pluginId,
        path,
        overwrite: true,
        inputs: [{ name: 'DS_ANTHRACITE', type: 'datasource', pluginId, value: anthracite.uid }],
      },
    });
    expect(response.ok(), await response.text()).toBe(true);
    const { importedUrl, uid } = (await response.json()) as { importedUrl: string; uid: string };
    const failures: string[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/api/datasources/proxy/') && !answer.ok()) failures.push(answer.url());
    });
    await page.goto(`${importedUrl}?from=2025-04-01T00:00:00.000Z&to=2025-06-30T23:59:59.000Z`);
    await expect(page.getByText(title).first()).toBeVisible();
    await page.waitForLoadState('networkidle');
    expect(failures).toEqual([]);
    await request.delete(`/api/dashboards/uid/${uid}`);
  }
});
