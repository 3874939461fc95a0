// Ad hoc filters of a dashboard apply to the queries of its panels.

import { expect, pluginId, test } from './grafana';

const filters: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['type|=|deploy_website', ['deploy_website'], ['deploy_checkout', 'puppet', 'press']],
  ['type|!=|puppet', ['deploy_website', 'deploy_checkout', 'press'], ['puppet']],
  ['type|=~|deploy_.*', ['deploy_website', 'deploy_checkout'], ['puppet', 'press']],
  ['service|=|checkout', ['deploy_checkout'], ['deploy_website', 'puppet', 'press']],
];

for (const [filter, present, absent] of filters) {
  test(`shows the events of the filter ${filter}`, async ({ anthracite, page, storeDashboard }) => {
    const datasource = { type: pluginId, uid: anthracite.uid };
    const uid = await storeDashboard({
      variables: [{ type: 'adhoc', name: 'filters', label: 'Filters', datasource, filters: [], hide: 0 }],
      panels: [
        {
          id: 1,
          type: 'timeseries',
          title: 'Types',
          gridPos: { x: 0, y: 0, w: 24, h: 16 },
          datasource,
          targets: [{ refId: 'A', datasource, kind: 'counts', countBy: 'type', interval: '1h' }],
          options: { legend: { showLegend: true, displayMode: 'list', placement: 'bottom' } },
        },
      ],
    });
    await page.goto(`/d/${uid}?${new URLSearchParams({ 'var-filters': filter })}`);
    const legend = page.getByTestId(/^data-testid VizLegend series/);
    for (const name of present) await expect(legend.filter({ hasText: name })).toBeVisible();
    for (const name of absent) await expect(legend.filter({ hasText: name })).toHaveCount(0);
  });
}
