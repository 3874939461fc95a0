// The settings of a datasource in a real Grafana, and the results of its check with several servers.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, pluginId, serverToken, serverUrl, test } from './grafana';

const proxied = '/api/datasources/proxy/';

test('keeps the URL and token of a good server, and counts its events', async ({
  createDataSourceConfigPage,
  page,
}) => {
  const config = await createDataSourceConfigPage({ type: pluginId });
  await page.getByLabel(/^URL/).fill(serverUrl());
  if (serverToken()) await page.getByRole('textbox', { name: 'Token' }).fill(serverToken());
  const checked = await config.saveAndTest({ path: proxied });
  expect(checked.ok()).toBe(true);
  await expect(config).toHaveAlert('success', {
    hasText: /Anthracite [\d.]+ is reachable\. It has .* events/,
  });
});

test('reports a server that is away', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type: pluginId });
  await page.getByLabel(/^URL/).fill('http://127.0.0.1:1');
  await config.saveAndTest({ path: proxied });
  await expect(config).toHaveAlert('error', { hasText: /cannot reach Anthracite/ });
});

test('reports a server that is not Anthracite', async ({ createDataSourceConfigPage, page }) => {
  test.skip(
    !!process.env['ANTHRACITE_URL_FROM_GRAFANA'],
    'Grafana does not reach the servers of this machine',
  );
  const server = createServer((_request, response) => response.end('<h1>Welcome</h1>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const config = await createDataSourceConfigPage({ type: pluginId });
    await page.getByLabel(/^URL/).fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await config.saveAndTest({ path: proxied });
    await expect(config).toHaveAlert('error', { hasText: /is not Anthracite/ });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('reports a wrong token', async ({ createDataSourceConfigPage, page }) => {
  test.skip(!serverToken(), 'the server needs no token: ANTHRACITE_TOKEN is not set');
  const config = await createDataSourceConfigPage({ type: pluginId });
  await page.getByLabel(/^URL/).fill(serverUrl());
  await page.getByRole('textbox', { name: 'Token' }).fill('a-wrong-token-of-somebody');
  await config.saveAndTest({ path: proxied });
  await expect(config).toHaveAlert('error', { hasText: /rejected the token/ });
});
