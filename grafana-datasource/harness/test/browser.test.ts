// The built plugin in a browser, with the packages of Grafana's page, and real servers.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import type { Opened } from '../browser';
import { hostileTitle } from '../story';
import { lacking, setStage, testInBrowser } from './stage';

jest.setTimeout(120_000);
const stage = setStage();

describe(`the settings${lacking}`, () => {
  /** Presses Grafana's button, and returns its message. */
  async function verdictOf(page: Page): Promise<{ status: string | null; text: string }> {
    await page.getByText('Save & test').click();
    const verdict = page.getByTestId('verdict');
    await verdict.waitFor();
    return { status: await verdict.getAttribute('data-status'), text: (await verdict.textContent()) ?? '' };
  }

  testInBrowser('keeps the URL and token of a good server, and reports its number of events', async () => {
    const uid = stage.grafana.add('');
    const { page } = await stage.show({ place: 'config', uid });
    await page.getByLabel('URL').fill(stage.closed.url);
    await page.getByRole('textbox', { name: 'Token' }).fill(stage.closed.token ?? '');
    await page.getByLabel('Address for links').fill('https://anthracite.example.com/');
    await page.getByLabel('Limit').fill('500');
    const { status, text } = await verdictOf(page);
    expect(text).toMatch(/Anthracite [\d.]+ is reachable\. It has [\d,]+ events of \d+ types\./);
    expect(status).toBe('success');
    expect(stage.grafana.stored(uid)).toMatchObject({
      url: stage.closed.url,
      secureJsonData: { token: stage.closed.token },
      jsonData: { linkBase: 'https://anthracite.example.com/', defaultLimit: 500 },
    });
    // The page no longer contains the secret.
    expect(await page.getByRole('textbox', { name: 'Token' }).inputValue()).not.toContain(stage.closed.token);
    await stage.picture(page, 'config-editor');
  });

  testInBrowser.each<[string, () => string, RegExp]>([
    [
      'a server that needs a token, which is not there',
      () => stage.closed.url,
      /rejected the token, or needs one/,
    ],
    ['a server that is not Anthracite', () => urlOf(otherServer), /is not Anthracite/],
    ['a server that is too old', () => urlOf(oldServer), /is too old for this plugin/],
    ['a server that is away', () => 'http://127.0.0.1:1', /cannot reach Anthracite/],
  ])('reports %s', async (_, url, expected) => {
    const { page } = await stage.show({ place: 'config', uid: stage.grafana.add(url()) });
    const { status, text } = await verdictOf(page);
    expect(text).toMatch(expected);
    expect(status).toBe('error');
  });

  testInBrowser('reports a wrong token, which can be replaced', async () => {
    const uid = stage.grafana.add(stage.closed.url, 'a-wrong-token-of-somebody');
    const { page } = await stage.show({ place: 'config', uid });
    expect((await verdictOf(page)).text).toMatch(/rejected the token/);
    await page.getByRole('button', { name: /reset/i }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill(stage.closed.token ?? '');
    expect((await verdictOf(page)).status).toBe('success');
  });
});

/** Selects the option with a text in a list of types or tags. */
async function pick(page: Page, label: string, typed: string, offered = typed): Promise<void> {
  const list = page.getByRole('combobox', { name: label, exact: true });
  await list.click();
  await list.fill(typed); // a busy page loses some single keys
  // By its text: in 11.6 the name of an option has the text twice. A text that is not offered, a pattern or a variable, is shown
  // as typed, with a note next to it.
  const option = page.getByRole('option').filter({ hasText: offered });
  await option.first().click();
  await list.blur();
}

/** Runs the edited query, and returns the frames. */
async function run(
  { page }: Opened,
  button: string,
): Promise<{ fields: string; length: number; name: string | null }[]> {
  await page.getByRole('button', { name: button }).click();
  await page.locator('[data-testid="frames"][data-state="Done"]').waitFor();
  const frames = await page.getByTestId('frame').all();
  return Promise.all(
    frames.map(async (frame) => ({
      name: await frame.getAttribute('data-name'),
      fields: (await frame.getAttribute('data-fields')) ?? '',
      length: Number(await frame.getAttribute('data-length')),
    })),
  );
}

describe(`the query of an annotation${lacking}`, () => {
  testInBrowser('accepts selected and typed types, replaces variables, and sends one request', async () => {
    const opened = await stage.show({
      place: 'annotation',
      variables: { type: ['incident_sev2', 'incident_sev3'] },
    });
    const { page } = opened;
    await pick(page, 'Types', 'deploy_w', 'deploy_website');
    await pick(page, 'Types', '$type*');
    await pick(page, 'None of the tags', 'env=st', 'env=staging');
    expect(await opened.state()).toMatchObject({
      target: { types: ['deploy_website', '$type*'], noTags: ['env=staging'] },
    });
    await stage.picture(page, 'annotation-editor');
    stage.grafana.takeRequests();
    const [frame] = await run(opened, 'Test annotation query');
    expect(frame?.fields.split(',').sort()).toEqual(
      ['id', 'newState', 'tags', 'text', 'time', 'timeEnd', 'title'].sort(),
    );
    expect(frame?.length).toBe(3); // a deploy and two incidents
    const [request, ...others] = stage.grafana.takeRequests();
    expect(others).toEqual([]);
    expect(request).toMatch(/^GET \/events\/timeline\?/);
    const asked = new URLSearchParams(request?.split('?')[1]).getAll('type');
    expect(asked).toEqual(['deploy_website', 'incident_sev2*', 'incident_sev3*']);
  });

  testInBrowser(
    'shows points, regions or both, groups and text, and a notice when the limit truncates',
    async () => {
      const opened = await stage.show({ place: 'annotation' });
      const { page } = opened;
      await page.getByRole('radio', { name: 'Points' }).check({ force: true });
      await page.getByLabel('Group by tag').fill('version');
      await page.getByLabel('Group by tag').press('Enter');
      await page.getByLabel('Limit').fill('2');
      await page.getByLabel('Limit').press('Enter');
      expect(await opened.state()).toMatchObject({
        target: { show: 'points', groupBy: 'version', limit: 2 },
      });
      await run(opened, 'Test annotation query');
      await page
        .getByText(/More than 2 events match/)
        .first()
        .waitFor();
    },
  );

  testInBrowser('shows hostile text as text', async () => {
    const value = {
      name: 'press',
      enable: true,
      iconColor: 'red',
      target: { refId: 'Anno', types: ['press'] },
    };
    const opened = await stage.show({ place: 'annotation', value });
    expect(await run(opened, 'Test annotation query')).toEqual([expect.objectContaining({ length: 1 })]);
    expect(await opened.page.evaluate(() => 'hacked' in window)).toBe(false);
  });
});

describe(`a graph${lacking}`, () => {
  testInBrowser('draws deployments as lines and incidents as regions', async () => {
    const annotation = (types: string[], iconColor: string) => ({
      name: types.join(),
      enable: true,
      iconColor,
      target: { refId: 'Anno', types },
    });
    const value = [
      annotation(['incident_*'], 'red'),
      annotation(['deploy_*', 'manual_*', '!*_test'], 'blue'),
    ];
    const { page } = await stage.show({ place: 'graph', value });
    await page.locator('[data-testid="graph"][data-marks="5"] canvas').waitFor();
    await stage.picture(page, 'graph');
  });
});

describe(`the query of a panel${lacking}`, () => {
  testInBrowser('is a table by default, with unchanged texts', async () => {
    const opened = await stage.show({ place: 'query', value: { allTags: ['hostile=yes'] } });
    const [frame] = await run(opened, 'Run query');
    expect(frame).toMatchObject({ name: 'events', length: 1 });
    await opened.page.getByText(hostileTitle).first().waitFor();
    expect(await opened.page.evaluate(() => 'hacked' in window)).toBe(false);
  });

  testInBrowser('runs again when its kind is selected', async () => {
    const opened = await stage.show({ place: 'query' });
    const { page } = opened;
    await page.getByLabel('Show as').click();
    await page.getByRole('option', { name: /^Counts/ }).click();
    await page.locator('[data-testid="frames"][data-state="Done"]').waitFor();
    await pick(page, 'Types', 'deploy_w', 'deploy_website');
    await page.getByLabel('Interval').fill('1h');
    await page.getByLabel('Interval').press('Enter');
    expect(await opened.state()).toMatchObject({ kind: 'counts', interval: '1h', types: ['deploy_website'] });
    const frames = await run(opened, 'Run query');
    expect(frames).toEqual([{ name: 'deploy_website', fields: 'Time,Value', length: 13 }]);
  });

  testInBrowser.each([
    ['table', { types: ['deploy_*', 'manual_*', 'incident_*_start'] }, [{ name: 'events', length: 5 }]],
    ['logs', { types: ['incident_*'] }, [{ name: 'events', length: 5 }]],
    ['spans', { types: ['incident_*'] }, [{ name: 'incident_sev2' }, { name: 'incident_sev3' }]],
    ['spanTable', { types: ['incident_*'] }, [{ name: 'spans', length: 2 }]],
    ['report', { types: ['incident_*'] }, [{ name: 'report', length: 1 }]],
    [
      'marks',
      { types: ['deploy_*'] },
      [
        { name: 'deploy_checkout', length: 1 },
        { name: 'deploy_website', length: 1 },
      ],
    ],
  ])('%s', async (kind, query, expected) => {
    const opened = await stage.show({ place: 'query', value: { kind, ...query } });
    const frames = await run(opened, 'Run query');
    expect(frames.sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''))).toMatchObject(expected);
    if (kind === 'table') await stage.picture(opened.page, 'query-editor');
  });

  testInBrowser('shows an error', async () => {
    const { page } = await stage.show({ place: 'query', uid: stage.grafana.add('http://127.0.0.1:1') });
    await page.getByRole('button', { name: 'Run query' }).click();
    await page.locator('[data-testid="frames"][data-state="Error"]').waitFor();
    await page
      .getByText(/cannot reach Anthracite/)
      .first()
      .waitFor();
  });

  testInBrowser('is log lines by default in Explore', async () => {
    const opened = await stage.show({ place: 'explore' });
    const [frame] = await run(opened, 'Run query');
    expect(frame?.fields).toBe('timestamp,body,severity,id,labels');
  });
});

describe(`the query of a variable${lacking}`, () => {
  /** Runs it, and returns the values. */
  async function valuesOf({ page }: Opened): Promise<string[]> {
    await page.getByRole('button', { name: 'Run query' }).click();
    return JSON.parse((await page.getByTestId('values').textContent()) ?? '[]');
  }

  testInBrowser('lists types that match a pattern', async () => {
    const opened = await stage.show({ place: 'variable' });
    await opened.page.getByLabel('Like').fill('deploy_*');
    await opened.page.getByLabel('Like').press('Enter');
    expect(await valuesOf(opened)).toEqual(['deploy_checkout', 'deploy_website']);
  });

  testInBrowser('lists the values of a selected tag', async () => {
    const opened = await stage.show({ place: 'variable' });
    const { page } = opened;
    await page.getByLabel('Values').click();
    await page.getByRole('option', { name: 'Tag values' }).click();
    await page.getByLabel('Key').fill('env');
    await page.getByLabel('Key').press('Enter');
    expect(await opened.state()).toMatchObject({ kind: 'tagValues', key: 'env' });
    expect((await valuesOf(opened)).sort()).toEqual(['prod', 'staging']);
  });

  testInBrowser('lists open incidents', async () => {
    const opened = await stage.show({ place: 'variable', value: { refId: 'x', kind: 'openIncidents' } });
    expect(await valuesOf(opened)).toEqual([expect.stringContaining('Thumbnails are missing')]);
  });
});

const otherServer = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
});
// It is known by its health: it answers like this server, but lacks everything newer.
const oldServer = createServer(({ url = '' }, response) => {
  const isHealth = url.startsWith('/health');
  response.writeHead(isHealth ? 200 : 404, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(isHealth ? { status: 'ok', version: '0.0.1' } : { error: 'the page does not exist' }),
  );
});
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  for (const server of [otherServer, oldServer]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  for (const server of [otherServer, oldServer]) server.close();
});
