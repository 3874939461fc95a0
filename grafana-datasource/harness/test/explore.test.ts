// Explore with the built plugin in a browser: histogram, filters, context and live lines; suspects and followers; help.

import type { Page } from 'playwright-core';
import { hostileTitle } from '../story';
import { lacking, setStage, testInBrowser } from './stage';

jest.setTimeout(120_000);
const stage = setStage();

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Waits until the frames have this state and these names and lengths. */
async function framesAre(page: Page, state: string, expected: readonly [string, number][]): Promise<void> {
  const shown = await page.waitForFunction(
    ([wantedState, wanted]) => {
      const box = document.querySelector('[data-testid="frames"]');
      const frames = [...(box?.querySelectorAll('[data-testid="frame"]') ?? [])].map((frame) => [
        frame.getAttribute('data-name'),
        Number(frame.getAttribute('data-length')),
      ]);
      const now = JSON.stringify([box?.getAttribute('data-state'), frames]);
      return now === JSON.stringify([wantedState, wanted]);
    },
    [state, expected] as const,
  );
  expect(await shown.jsonValue()).toBe(true);
}

describe(`Explore${lacking}`, () => {
  testInBrowser('shows the levels of all events of the range over the log lines', async () => {
    const { page } = await stage.show({
      place: 'explore',
      value: { limit: 2, types: ['incident_*', 'deploy_*'] },
    });
    stage.grafana.takeRequests();
    await press(page, 'Volume');
    await page.locator('[data-testid="frame"][data-name="error"]').waitFor();
    const names = await page
      .getByTestId('frame')
      .evaluateAll((frames) => frames.map((frame) => frame.getAttribute('data-name')));
    expect(names).toEqual(['error', 'warning', 'info']);
    const [request, ...others] = stage.grafana.takeRequests();
    expect(request).toMatch(/^GET \/events\/counts\?.*by=type/);
    expect(others).toEqual([]);
  });

  testInBrowser('filters by a label of a line, and switches the filter off again', async () => {
    const opened = await stage.show({ place: 'explore', value: { types: ['deploy_*'] } });
    const { page } = opened;
    await press(page, 'Run query');
    await framesAre(page, 'Done', [['events', 2]]);
    await press(page, 'Only type deploy_checkout');
    await framesAre(page, 'Done', [['events', 1]]);
    expect(await opened.state()).toMatchObject({ types: ['deploy_checkout'] });
    await page.locator('[data-active="true"]').waitFor();
    await press(page, 'Only env prod');
    expect(await opened.state()).toMatchObject({ allTags: ['env=prod'] });
    await press(page, 'Only env prod');
    expect(await opened.state()).toMatchObject({ allTags: [] });
  });

  testInBrowser('shows the events before and after a line, whatever its filters', async () => {
    const { page } = await stage.show({
      place: 'explore',
      value: { types: ['manual_anna', 'press'], limit: 1 },
    });
    await press(page, 'Run query');
    await framesAre(page, 'Done', [['events', 1]]);
    await press(page, 'Older');
    await framesAre(page, 'Done', [['events', 101]]);
  });

  testInBrowser(
    'adds each event as it is stored, and hostile text as text, until it is stopped',
    async () => {
      const range = { from: Date.now() - 3_600_000, to: Date.now() + 3_600_000 };
      const uid = stage.grafana.add(stage.closed.url, stage.closed.token);
      const { page } = await stage.show({ place: 'explore', uid, range, value: { types: ['live_*'] } });
      const now = Math.floor(Date.now() / 1_000);
      await press(page, 'Live');
      await framesAre(page, 'Streaming', [['events', 0]]);
      await stage.closed.send(`${now} live_1 ${hostileTitle}\n`);
      await framesAre(page, 'Streaming', [['events', 1]]);
      await page.getByText(`live_1: ${hostileTitle}`).first().waitFor();
      await press(page, 'Stop');
      await stage.closed.send(`${now + 1} live_2 not shown\n`);
      await press(page, 'Run query');
      await framesAre(page, 'Done', [['events', 2]]);
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    },
  );

  testInBrowser('runs an example of the help', async () => {
    const opened = await stage.show({ place: 'explore' });
    const { page } = opened;
    await page.getByText('Help', { exact: true }).click();
    await press(page, 'Open incidents');
    await framesAre(page, 'Done', [['spans', 1]]);
    expect(await opened.state()).toMatchObject({ kind: 'spanTable', spanState: 'open' });
  });
});

describe(`the questions of Anthracite${lacking}`, () => {
  testInBrowser('rank the changes before an incident, which can be a variable', async () => {
    const { page } = await stage.show({
      place: 'query',
      value: { kind: 'suspects', subjects: ['$incident'] },
      variables: { incident: ['8'] },
    });
    await press(page, 'Run query');
    const frame = page.locator('[data-testid="frame"][data-name="suspects"]');
    await frame.waitFor();
    expect(await frame.getAttribute('data-fields')).toBe(
      'rank,time,before,type,title,reasons,score,events,tags,id',
    );
    expect(Number(await frame.getAttribute('data-length'))).toBeGreaterThan(0);
    await frame.getByText('deploy_website').first().waitFor();
  });

  testInBrowser('list what followed a deployment', async () => {
    const { page } = await stage.show({
      place: 'query',
      value: { kind: 'followers', types: ['deploy_website'], allTags: ['env=prod'] },
    });
    await press(page, 'Run query');
    await framesAre(page, 'Done', [['followers', 2]]);
    await page.getByText('Payments time out').first().waitFor();
  });
});

describe(`the settings of a provisioned datasource${lacking}`, () => {
  testInBrowser('cannot be edited, and say why', async () => {
    const uid = stage.grafana.add(stage.open.url);
    stage.grafana.provision(uid);
    const { page } = await stage.show({ place: 'config', uid });
    await page.getByText(/This datasource is provisioned/).waitFor();
    expect(await page.getByLabel('URL').isDisabled()).toBe(true);
    expect(await page.getByLabel('Limit').isDisabled()).toBe(true);
  });
});
