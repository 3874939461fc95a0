// Hostile text is shown as text, on every page and in every format: nothing runs, no other server is called, and no page breaks
// its own policy.

import type { Page } from 'playwright-core';
import { listFormatNames } from '../../src/formats/registry';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';
import { findIntruders } from './intruders';
import { asWord, payloads } from './payloads';

const minute = 60_000;
const now = Date.now();
const timeOf = (i: number): number => now - (i + 1) * 2 * minute;

/** Keys whose values the page of events lists. */
const facetKeys = ['env', 'host', 'service', 'user'];

let server: TestServer;
let ids: readonly number[];
beforeAll(async () => {
  server = await start();
  ids = await post(
    payloads.map((text, i) => ({
      time: timeOf(i),
      type: asWord(text),
      tags: [`key=${asWord(text)}`, asWord(text), ...facetKeys.map((key) => `${key}=${asWord(text)}`)],
      description: text.trim() === '' ? 'x' : text,
    })),
  );
  await post(
    payloads.map((text, i) => ({
      time: timeOf(i) - minute,
      type: 'incident_sev2_start',
      tags: [`incident=${asWord(text)}`],
      description: `${text}\n${text}`,
    })),
  );
  await post(
    payloads.map((text, i) => ({
      time: timeOf(i) - minute,
      type: `${asWord(text).slice(0, 100)}_start`,
      tags: [],
      description: text,
    })),
  );
  // Rejected lines, which are kept.
  const rejected = payloads.map((text) => `${text.replace(/[\r\n]/g, ' ')} x y\n`);
  await server.send(rejected.join(''));
  // One event that had each of the texts in turn.
  for (const text of payloads.slice(0, 40)) {
    const body = JSON.stringify({ description: text, tags: [asWord(text)] });
    await server.fetch(`/events/${ids[0]}`, { method: 'PATCH', body });
  }
});

async function post(events: readonly unknown[]): Promise<number[]> {
  const response = await server.fetch('/events', { method: 'POST', body: JSON.stringify(events) });
  const answer = (await response.json()) as { rejected: number; events: { id: number }[]; problems: unknown };
  expect([answer.rejected, answer.problems]).toEqual([0, []]);
  return answer.events.map(({ id }) => id);
}

const pages = [
  '/events/?limit=1000',
  '/events/?limit=1000&fold=off',
  '/events/?limit=1000&group=key',
  '/timeline',
  '/timeline?lanes=key',
  '/embed/events?limit=1000',
  '/embed/timeline',
  '/spans?limit=1000',
  '/report?from=-1w',
  '/rejects?limit=1000',
  '/openapi',
  '/events/html?limit=1000',
];

test('has many hostile texts', () => {
  expect(new Set(payloads).size).toBeGreaterThanOrEqual(200);
});

inBrowser.each(pages)('shows hostile text as text on %s', async (path) => {
  const page = await openPage(server, path);
  await settle(page, path);
  expect(await page.evaluate(`(${findIntruders})(document)`)).toEqual([]);
});

inBrowser(
  'shows hostile text as text on the page, in the form and on the incident of each event',
  async () => {
    const page = await openPage(server, '/events/');
    for (const id of ids) {
      for (const path of [`/events/${id}`, `/events/${id}/edit`, `/spans/${id + payloads.length}`]) {
        const found = await inspect(page, path);
        expect([path, found]).toEqual([path, []]);
      }
    }
    // Some of them in a real browser with JavaScript.
    for (const id of ids.slice(0, 12)) {
      for (const path of [`/events/${id}`, `/events/${id}/edit`, `/spans/${id + payloads.length}`]) {
        await page.goto(server.url + path);
        expect([path, await page.evaluate(`(${findIntruders})(document)`)]).toEqual([path, []]);
      }
    }
  },
);

inBrowser(
  'shows hostile text as text in the lanes of the timeline, one at a time, and in its details',
  async () => {
    const page = await openPage(server, '/events/');
    const each = 14;
    for (let first = 0; first < payloads.length; first += each) {
      const [from, until] = [timeOf(first + each) - minute, timeOf(first) + minute];
      await page.goto(`${server.url}/timeline?from=${from}&until=${until}&type=!incident*&type=!*_start`);
      await page.locator('.lanes .lane-mark').first().waitFor();
      for (const mark of await page.locator('.lanes .lane-mark').all()) await mark.dispatchEvent('click');
      await page.locator('.timeline-details').waitFor();
      expect(await page.evaluate(`(${findIntruders})(document)`)).toEqual([]);
    }
  },
);

inBrowser('shows hostile text as text in the values of facets, and in each link of them', async () => {
  const page = await openPage(server, '/events/');
  const each = 20;
  for (let first = 0; first < payloads.length; first += each) {
    const [from, until] = [timeOf(first + each - 1), timeOf(first)];
    await page.goto(`${server.url}/events/?from=${from}&until=${until}&type=!incident*&type=!*_start`);
    const facets = await page.locator('.facets .include').count();
    expect(facets).toBeGreaterThan(each);
    expect(await page.evaluate(`(${findIntruders})(document)`)).toEqual([]);
  }
});

inBrowser('shows hostile titles of open incidents as text in the banner', async () => {
  const other = await start();
  const page = await openPage(other, '/events/');
  const each = 3;
  for (let first = 0; first < payloads.length; first += each) {
    const marks = (role: string) =>
      payloads.slice(first, first + each).map((text, i) => ({
        time: Date.now() - 1_000 + first,
        type: `incident_sev1_${role}`,
        tags: [`incident=${first + i}`],
        description: text.trim() === '' ? 'x' : text,
      }));
    await other.fetch('/events', { method: 'POST', body: JSON.stringify(marks('start')) });
    const shown = await page.evaluate(
      `(async () => {
        const response = await fetch('/events/?type=none', { headers: { accept: 'text/html' } });
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        return [page.querySelectorAll('.banner li').length, (${findIntruders})(page)];
      })()`,
    );
    expect([first, shown]).toEqual([first, [Math.min(each, payloads.length - first), []]]);
    await other.fetch('/events', { method: 'POST', body: JSON.stringify(marks('resolved')) });
  }
});

inBrowser('shows hostile text as text in live events in the table and the timeline', async () => {
  const table = await openPage(server, '/events/');
  const timeline = await openPage(server, '/timeline?from=-1h');
  await timeline.locator('.lanes-chart').waitFor();
  const last = 'the last of all';
  await post(
    [...payloads, last].map((text, i) => ({
      time: Date.now() - 1_000 + i,
      type: asWord(text),
      description: text,
    })),
  );
  await table.getByText(last).first().waitFor();
  for (const page of [table, timeline]) {
    expect(await page.evaluate(`(${findIntruders})(document)`)).toEqual([]);
  }
});

const filter = ['q', 'type', 'any', 'all', 'none', 'group'];
/** Parameters that get the same text at once; where a wrong one hides the others, one at a time. */
const asked: readonly (readonly [path: string, names: readonly string[], every: number])[] = [
  ...['/events/', '/timeline', '/spans', '/report'].flatMap((path) => [
    [path, filter, 1] as const,
    [path, ['from', 'until'], 2] as const,
    [path, ['tz'], 8] as const,
  ]),
  ['/events/', ['q'], 2],
  ...['type', 'all', 'none'].map((name) => ['/events/', [name], 8] as const),
  ['/events/', ['range', 'fold'], 8],
  ...['window', 'order', 'limit', 'after'].map((name) => ['/events/', [name], 8] as const),
  ['/embed/events', filter, 8],
  ['/timeline', ['lanes'], 1],
  ['/add', ['type', 'tags', 'description', 'time'], 1],
  ['/declare', ['title', 'service'], 1],
  ['/rejects', ['limit'], 8],
  ['/rejects', ['before'], 8],
  ['/sign-in', ['to'], 1],
  ['/report', ['period'], 8],
  ['/events/counts', ['tz'], 8],
  ['/events/get_data', ['tags', 'set', 'tz'], 8],
  ['/events/get_data', ['jsonp'], 4],
  ['/events/jsonp', ['callback'], 4],
  ['/render', ['target'], 8],
];
inBrowser.each(asked)('shows hostile text in the URL of %s, as %j, as text', async (path, names, every) => {
  const page = await openPage(server, '/events/');
  const texts = payloads.filter((_, i) => i % every === 0);
  const found = await page.evaluate(
    `(async () => {
      const findIntruders = ${findIntruders};
      const found = [];
      for (const text of ${JSON.stringify(texts)}) {
        const parameters = new URLSearchParams(${JSON.stringify(names)}.map((name) => [name, text]));
        const address = ${JSON.stringify(path)} + '?' + parameters;
        const response = await fetch(address, { headers: { accept: 'text/html' } });
        const policy = response.headers.get('content-security-policy') ?? '';
        const isSafe = response.headers.get('x-content-type-options') === 'nosniff' &&
          policy.includes("default-src 'none'") && !policy.includes('unsafe');
        if (!isSafe || response.status >= 500) found.push([address, response.status, policy]);
        if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) continue;
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        found.push(...findIntruders(page).map((one) => [address, one]));
      }
      return found;
    })()`,
  );
  expect(found).toEqual([]);
});

inBrowser('shows hostile text in the URL of an unknown page as text', async () => {
  const page = await openPage(server, '/events/');
  for (const text of payloads.filter((_, i) => i % 4 === 0)) {
    const path = `/${encodeURIComponent(text)}`;
    expect([path, await inspect(page, path)]).toEqual([path, []]);
  }
  await page.goto(`${server.url}/${encodeURIComponent(payloads[0] ?? '')}`);
  await page.goto(`${server.url}/events/${encodeURIComponent(payloads[0] ?? '')}`);
});

inBrowser.each([
  ...listFormatNames.map((name) => `/events/${name}?limit=1000${name === 'jsonp' ? '&callback=alert' : ''}`),
  '/spans/ics',
  '/report/csv',
  '/types',
  '/tags',
  '/events/get_data?from=-1w',
  '/events/counts?by=type',
  '/render?target=events("*")&format=json',
])('shows hostile text in %s, opened as a page, as text', async (path) => {
  // The browser's own view of XML has a style, which the server's policy refuses.
  const page = await openPage(server, '/events/', { expectsRefusals: path.startsWith('/events/xml') });
  // A download is not a page.
  const opened = await page.goto(server.url + path).catch((error: Error) => {
    expect(error.message).toMatch(/Download is starting|ERR_ABORTED/);
    return null;
  });
  if (opened !== null) {
    expect(opened.headers()['x-content-type-options']).toBe('nosniff');
    expect(opened.headers()['content-security-policy']).toContain("default-src 'none'");
  }
  // A script that ran would show by now, as a dialog or a request.
  await page.waitForLoadState();
});

async function settle(page: Page, path: string): Promise<void> {
  if (path.includes('timeline')) await page.locator('.lanes .vis-item').first().waitFor();
}

/** Foreign parts of the page of a path, as the browser reads it without running it. */
function inspect(page: Page, path: string): Promise<unknown> {
  return page.evaluate(
    `(async () => {
      const response = await fetch(${JSON.stringify(path)}, { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      return (${findIntruders})(page);
    })()`,
  );
}
