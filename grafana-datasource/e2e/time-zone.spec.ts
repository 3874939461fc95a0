// Days are the days of the dashboard's time zone.

import { storyDay } from '../harness/story';
import { expect, pluginId, test } from './grafana';

test('counts events by the days of the time zone of the dashboard', async ({
  anthracite,
  page,
  storeDashboard,
}) => {
  const datasource = { type: pluginId, uid: anthracite.uid };
  const uid = await storeDashboard({
    timezone: 'America/New_York',
    time: {
      from: new Date(storyDay.from - 2 * 86_400_000).toISOString(),
      to: new Date(storyDay.to).toISOString(),
    },
    panels: [
      {
        id: 1,
        type: 'table',
        title: 'Days',
        gridPos: { x: 0, y: 0, w: 24, h: 12 },
        datasource,
        targets: [
          { refId: 'A', datasource, kind: 'counts', countBy: '', types: ['deploy_*'], interval: '1d' },
        ],
      },
    ],
  });
  await page.goto(`/d/${uid}`);
  // 11 June in New York starts at its own midnight, not at 20:00 of the day before, which is midnight in UTC.
  await expect(page.getByText('2025-06-11 00:00:00').first()).toBeVisible();
  await expect(page.getByText(/2025-06-10 20:00:00/)).toHaveCount(0);
});
