// Explore shows events as logs with their histogram, filters and live lines, as a table and as counts.

import { expect, isProxied, pluginId, storyRange, test } from './grafana';

/** The URL of Explore with one query of the plugin on the day of the story. */
function exploreAddress(uid: string, query: object): string {
  const datasource = { type: pluginId, uid };
  const panes = {
    a: { datasource: uid, queries: [{ refId: 'A', datasource, ...query }], range: storyRange },
  };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify(panes) })}`;
}

test('offers the plugin', async ({ anthracite, explorePage }) => {
  await explorePage.datasource.set(anthracite.name);
  await expect(explorePage.getQueryEditorRow('A')).toBeVisible();
});

test('shows logs', async ({ anthracite, page }) => {
  await page.goto(exploreAddress(anthracite.uid, { kind: 'logs', types: ['incident_*'] }));
  await expect(page.getByText('Payments time out').first()).toBeVisible();
  await expect(page.getByText('all is well again').first()).toBeVisible();
});

test('shows a table', async ({ anthracite, page }) => {
  await page.goto(exploreAddress(anthracite.uid, { kind: 'table', types: ['deploy_*'] }));
  await expect(page.getByText(/release 71, by Anna/).first()).toBeVisible();
});

test('shows counts, and runs the query again on request', async ({
  anthracite,
  page,
  selectors,
  explorePage,
}) => {
  const first = page.waitForResponse(isProxied('/events/counts'));
  await page.goto(exploreAddress(anthracite.uid, { kind: 'counts', countBy: 'type' }));
  expect((await first).ok()).toBe(true);
  await expect(page.getByText('deploy_website').first()).toBeVisible();
  const second = page.waitForResponse(isProxied('/events/counts'));
  await explorePage.getByGrafanaSelector(selectors.components.RefreshPicker.runButtonV2).first().click();
  expect((await second).ok()).toBe(true);
});

test('shows the histogram of the whole range over the lines', async ({ anthracite, page }) => {
  const counted = page.waitForResponse(isProxied('/events/counts'));
  await page.goto(exploreAddress(anthracite.uid, { kind: 'logs', types: ['incident_*'] }));
  expect((await counted).ok()).toBe(true);
  await expect(page.getByText('all is well again').first()).toBeVisible();
  await expect(page.getByText(/does not support full-range histograms/)).toHaveCount(0);
});

test('filters by a label from the details of a line', async ({ anthracite, page }) => {
  await page.goto(exploreAddress(anthracite.uid, { kind: 'logs', types: ['incident_*'] }));
  await page.getByText('Payments time out').first().click();
  const filtered = page.waitForResponse(isProxied('/events/timeline'));
  await page
    .getByRole('button', { name: /filter for value/i })
    .first()
    .click();
  const asked = new URL((await filtered).url()).searchParams;
  expect([...asked.getAll('all'), ...asked.getAll('type').filter((type) => !type.includes('*'))]).not.toEqual(
    [],
  );
});

test('shows the events around a line', async ({ anthracite, page }) => {
  await page.goto(exploreAddress(anthracite.uid, { kind: 'logs', types: ['incident_*'] }));
  await page.getByText('Payments time out').first().hover();
  const around = page.waitForResponse(isProxied('/events/timeline'));
  await page
    .getByRole('button', { name: /show context/i })
    .first()
    .click();
  expect((await around).ok()).toBe(true);
  await expect(page.getByText(/deploy_website: release 71/).first()).toBeVisible();
});

test('follows events live, until it is stopped', async ({ anthracite, page }) => {
  await page.goto(exploreAddress(anthracite.uid, { kind: 'logs' }));
  const opened = page.waitForResponse(isProxied('/events/stream'));
  await page.getByRole('button', { name: /start live stream|^live$/i }).click();
  expect((await opened).ok()).toBe(true);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/events/stream'));
  await page.getByRole('button', { name: /stop and exit the live stream|exit live/i }).click();
  await ended;
});
