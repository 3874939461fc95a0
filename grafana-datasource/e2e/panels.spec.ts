// Panels of every kind of query show events.

import { expect, pluginId, test } from './grafana';

/** A panel of a type with one query of the plugin. */
function panelOf(type: string, uid: string, query: object, options: object = {}): object {
  const datasource = { type: pluginId, uid };
  return {
    id: 1,
    type,
    title: 'Tried',
    gridPos: { x: 0, y: 0, w: 24, h: 16 },
    datasource,
    targets: [{ refId: 'A', datasource, ...query }],
    options,
  };
}

test('shows events in a table', async ({ anthracite, gotoDashboardPage, storeDashboard }) => {
  const query = { kind: 'table', types: ['deploy_*'], allTags: ['env=prod'] };
  const uid = await storeDashboard({ panels: [panelOf('table', anthracite.uid, query)] });
  const panel = (await gotoDashboardPage({ uid })).getPanelByTitle('Tried');
  await expect(panel.data).toContainText(['deploy_website']);
  await expect(panel.data).toContainText(['release 71, by Anna']);
  await expect(panel.getErrorIcon()).toBeHidden();
});

test('shows counts as a time series, one for each type', async ({
  anthracite,
  gotoDashboardPage,
  storeDashboard,
}) => {
  const query = { kind: 'counts', types: ['deploy_*', 'puppet'], countBy: 'type', interval: '1h' };
  const legend = { legend: { showLegend: true, displayMode: 'list', placement: 'bottom' } };
  const uid = await storeDashboard({ panels: [panelOf('timeseries', anthracite.uid, query, legend)] });
  const panel = (await gotoDashboardPage({ uid })).getPanelByTitle('Tried');
  for (const name of ['deploy_website', 'deploy_checkout', 'puppet']) {
    await expect(panel.locator.getByText(name)).toBeVisible();
  }
  await expect(panel.locator.locator('canvas').first()).toBeVisible();
});

test('shows incidents in a state timeline', async ({ anthracite, gotoDashboardPage, storeDashboard }) => {
  const query = { kind: 'spans', types: ['incident_*'] };
  const uid = await storeDashboard({
    panels: [panelOf('state-timeline', anthracite.uid, query, { showValue: 'auto' })],
  });
  const panel = (await gotoDashboardPage({ uid })).getPanelByTitle('Tried');
  await expect(panel.locator.locator('canvas').first()).toBeVisible();
  await expect(panel.locator.getByText(/no data/i)).toBeHidden();
  await expect(panel.getErrorIcon()).toBeHidden();
});

test('shows the figures of the report', async ({ anthracite, gotoDashboardPage, storeDashboard }) => {
  const uid = await storeDashboard({
    panels: [panelOf('table', anthracite.uid, { kind: 'report', types: ['incident_*'] })],
  });
  const panel = (await gotoDashboardPage({ uid })).getPanelByTitle('Tried');
  await expect(panel.data.first()).toBeVisible();
  await expect(panel.getErrorIcon()).toBeHidden();
});

test('colours events in the panel separately', async ({ anthracite, gotoDashboardPage, storeDashboard }) => {
  const datasource = { type: pluginId, uid: anthracite.uid };
  const counts = { refId: 'A', datasource, kind: 'counts', countBy: '', interval: '1h' };
  const marks = { refId: 'B', datasource, kind: 'marks', show: 'both', types: ['deploy_*', 'incident_*'] };
  const panel = { ...panelOf('timeseries', anthracite.uid, {}), targets: [counts, marks] };
  const uid = await storeDashboard({ panels: [panel] });
  const marked = (await gotoDashboardPage({ uid }))
    .getPanelByTitle('Tried')
    .locator.locator('.u-axis > [style*="left"]');
  await expect(marked).toHaveCount(4); // two deploys in production, two incidents
  const colours = await marked.evaluateAll((elements) =>
    elements.map((element) => {
      const { backgroundColor, borderBottomColor } = getComputedStyle(element);
      return (element as HTMLElement).style.width ? backgroundColor : borderBottomColor;
    }),
  );
  expect(new Set(colours).size).toBeGreaterThan(1);
});
