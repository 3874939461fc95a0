// The plugin's dashboards, as far as packages of Grafana draw their panels: what a user reads in them.

import { storyBegin, storyDay, storyEnd } from '../story';
import { lacking, setStage, testInBrowser } from './stage';

jest.setTimeout(120_000);
const stage = setStage();
const quarter = { from: storyBegin, to: storyEnd };
const variables = {
  datasource: 'anthracite-1',
  type: '*',
  search: '',
  incident: '9',
  key: 'service',
  service: 'website',
};

describe(`the dashboards${lacking}`, () => {
  testInBrowser.each([
    [
      'what-happened.json',
      'dashboard-events',
      5,
      quarter,
      ['deploy_website', 'Open incidents', 'Uptime', 'release 90, by Nicolas'],
    ],
    [
      'business.json',
      'dashboard-delivery',
      10,
      quarter,
      ['Change fail rate', 'time with data', 'Payments time out', 'over', 'open'],
    ],
    [
      'one-service.json',
      'dashboard-service',
      6,
      storyDay,
      ['Orders per minute', 'Thumbnails are missing', 'Changed File[/etc/app.conf]'],
    ],
  ])('%s shows figures, names and titles', async (value, picture, panels, range, texts) => {
    const { page } = await stage.show({ place: 'dashboard', value, variables, range });
    await page.locator(`[data-testid="dashboard"][data-panels="${panels}"]`).waitFor();
    await page.locator('canvas').first().waitFor();
    for (const text of texts) await page.getByText(text).first().waitFor();
    await stage.picture(page, picture);
  });
});
