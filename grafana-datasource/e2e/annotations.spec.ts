// Events and incidents on a time series panel, in their colours, with their texts.

import { hostileTitle } from '../harness/story';
import { type DashboardModel, expect, isProxied, marksOf, randomWalk, regionsOf, test } from './grafana';

/** An annotation query on a dashboard with one panel. */
function dashboardWith(uid: string, target: object, iconColor = 'blue'): DashboardModel {
  const datasource = { type: 'anthracite-events-datasource', uid };
  return {
    panels: [randomWalk],
    annotations: [
      { name: 'Events', enable: true, iconColor, datasource, target: { refId: 'Anno', ...target } },
    ],
  };
}

test('draws deployments as points, by one request, in the colour of the query', async ({
  anthracite,
  gotoDashboardPage,
  page,
  storeDashboard,
}) => {
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes(`/proxy/uid/${anthracite.uid}`)) requests.push(request.url());
  });
  const uid = await storeDashboard(
    dashboardWith(anthracite.uid, { show: 'both', types: ['deploy_*'], allTags: ['env=prod'] }),
  );
  const dashboard = await gotoDashboardPage({ uid });
  const panel = dashboard.getPanelByTitle('Requests').locator;
  await expect(marksOf(panel)).toHaveCount(2);
  await expect(regionsOf(panel)).toHaveCount(0);
  expect(requests).toHaveLength(1);
});

test('draws incidents as regions in the colours of their severity, whatever that of the query; an open one lasts until the end', async ({
  anthracite,
  gotoDashboardPage,
  storeDashboard,
}) => {
  const uid = await storeDashboard(
    dashboardWith(anthracite.uid, { show: 'spans', types: ['incident_*'] }, 'purple'),
  );
  const dashboard = await gotoDashboardPage({ uid });
  const panel = dashboard.getPanelByTitle('Requests').locator;
  await expect(regionsOf(panel)).toHaveCount(2);
  const regions = await regionsOf(panel).evaluateAll((elements) =>
    elements
      .map((element) => ({
        left: element.getBoundingClientRect().left,
        width: element.getBoundingClientRect().width,
        colour: (getComputedStyle(element).backgroundColor.match(/\d+/g) ?? []).map(Number),
      }))
      .sort((one, other) => one.left - other.left),
  );
  const [major, minor] = regions;
  // 80 minutes, and from 14:00 to 18:00, of the twelve hours in view.
  expect((minor?.width ?? 0) / (major?.width ?? 1)).toBeCloseTo(3, 0);
  const [red = 0, green = 0, blue = 0] = major?.colour ?? [];
  expect(red).toBeGreaterThan(green + blue); // red
  const [yellowRed = 0, yellowGreen = 0, yellowBlue = 0] = minor?.colour ?? [];
  expect(Math.min(yellowRed, yellowGreen)).toBeGreaterThan(yellowBlue); // yellow
});

test('shows title, body and tags in the tooltip; hostile text is shown as text and does not run', async ({
  anthracite,
  gotoDashboardPage,
  page,
  storeDashboard,
}) => {
  const uid = await storeDashboard(dashboardWith(anthracite.uid, { show: 'points', types: ['press'] }));
  const dashboard = await gotoDashboardPage({ uid });
  const panel = dashboard.getPanelByTitle('Requests').locator;
  await expect(marksOf(panel)).toHaveCount(1);
  await marksOf(panel).hover({ force: true });
  await expect(page.getByText(hostileTitle)).toBeVisible();
  await expect(page.getByText('hostile=yes')).toBeVisible();
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('draws one deployment on 500 nodes as one mark', async ({
  anthracite,
  gotoDashboardPage,
  storeDashboard,
}) => {
  const uid = await storeDashboard(
    dashboardWith(anthracite.uid, { show: 'points', types: ['puppet'], groupBy: 'version' }),
  );
  const dashboard = await gotoDashboardPage({ uid });
  await expect(marksOf(dashboard.getPanelByTitle('Requests').locator)).toHaveCount(1);
});

test('creates an annotation and tests it in the settings of a dashboard', async ({
  anthracite,
  annotationEditPage,
  page,
  selectors,
}) => {
  await annotationEditPage.datasource.set(anthracite.name);
  const answered = page.waitForResponse(isProxied('/timeline'));
  await annotationEditPage.getByGrafanaSelector(selectors.components.Annotations.editor.testButton).click();
  expect((await answered).ok()).toBe(true);
  await expect(
    annotationEditPage.getByGrafanaSelector(selectors.components.Annotations.editor.resultContainer),
  ).toBeVisible();
});
