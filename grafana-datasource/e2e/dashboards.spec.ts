// The plugin's dashboards, on the quarter of the story, in a window of 1,400 pixels. They are stored under uids of their own, so it does not
// matter whether this Grafana provisions them.

import { storyBegin, storyEnd } from '../harness/story';
import { bundledDashboards } from './bundled-dashboards';
import { expect, test } from './grafana';

const quarter = { from: new Date(storyBegin).toISOString(), to: new Date(storyEnd).toISOString() };

for (const dashboard of bundledDashboards) {
  test(`${dashboard.title}: no panel has an error or a title that is cut off, and no request fails`, async ({
    anthracite,
    graphite,
    page,
    selectors,
    storeDashboard,
  }) => {
    const chosen: Record<string, string> = {
      datasource: anthracite.uid,
      graphite: graphite.uid,
      service: 'website',
      key: 'service',
    };
    const variables = dashboard.templating.list.map((variable) => {
      const value = chosen[variable.name];
      return value === undefined ? variable : { ...variable, current: { text: value, value } };
    });
    const uid = await storeDashboard({
      panels: dashboard.panels,
      annotations: dashboard.annotations.list,
      variables,
      title: `${dashboard.title} (e2e)`,
      time: quarter,
    });
    const failures: string[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/api/datasources/proxy/') && !answer.ok()) failures.push(answer.url());
    });
    // Panels query only when they are in view.
    const rows = dashboard.panels.reduce((sum, { gridPos }) => sum + gridPos.h, 0);
    await page.setViewportSize({ width: 1_400, height: 300 + rows * 38 });
    await page.goto(`/d/${uid}`);
    for (const { title } of dashboard.panels) {
      const shown = title.replace('$service', 'website');
      await expect(page.getByTestId(selectors.components.Panels.Panel.title(shown)).first()).toBeVisible();
    }
    await page.waitForLoadState('networkidle');
    await expect(page.getByTestId(selectors.components.Panels.Panel.status('error'))).toHaveCount(0);
    expect(failures).toEqual([]);
    // The Graphite datasource of the test is Anthracite, which has no metrics.
    const withoutData = dashboard.panels.some(({ title }) => title.includes('$service')) ? 1 : 0;
    await expect(page.getByText('No data', { exact: true })).toHaveCount(withoutData);
    const cut = await page
      .locator('[data-testid^="data-testid Panel header"] h2')
      .evaluateAll((titles) =>
        titles
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ textContent }) => textContent),
      );
    expect(cut).toEqual([]);
  });
}

test('the reports of a dashboard are asked for once each', async ({ anthracite, page, storeDashboard }) => {
  const business = bundledDashboards.find(({ uid }) => uid === 'anthracite-business');
  const reports: string[] = [];
  page.on('request', (request) => {
    if (/\/proxy\/uid\/[^/]+\/report/.test(request.url())) reports.push(request.url());
  });
  const uid = await storeDashboard({
    panels: business?.panels ?? [],
    variables: (business?.templating.list ?? []).map((variable) =>
      variable.name === 'datasource'
        ? { ...variable, current: { text: anthracite.name, value: anthracite.uid } }
        : variable,
    ),
    time: quarter,
  });
  await page.setViewportSize({ width: 1_400, height: 3_000 });
  await page.goto(`/d/${uid}`);
  await expect(page.getByText('Uptime by month').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(new Set(reports).size).toBe(2); // the range, and its months
  expect(reports).toHaveLength(2);
});
