// The pages in a browser with a million events: time until the table and the timeline are readable, and loaded bytes.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { fill, lineBlocks } from '../load/events';
import { startAnthracite, whenIndexed } from '../peers/anthracite';
import { type Figure, median, type Scenario } from '../scenario';

// `lineBlocks` makes three events a second.
const eventsPerSecond = 3;
const rounds = 15;
const windowMs = 1_500;
const executablePath = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout?.trim() ?? '';

/** The pages, each with a selector that matches once the page is readable. */
const views = [
  { what: 'the table of events', path: '/events/', shown: 'tr.event' },
  { what: 'the timeline of a day', path: '/timeline', shown: '.lanes .vis-item' },
  { what: 'the timeline of all events', path: '/timeline?from=-1w', shown: '.lanes .vis-item' },
] as const;

interface Opened {
  /** Milliseconds from the click until the page is readable. */
  readonly ms: number;
  /** Loaded bytes, as transferred over the network. */
  readonly bytes: number;
}

// In a new window each time, without a cache.
async function open(browser: Browser, url: string, shown: string): Promise<Opened> {
  const context = await browser.newContext({ timezoneId: 'UTC', viewport: { width: 1280, height: 800 } });
  await context.addInitScript(`
    window.shown = new Promise((resolve) => {
      const look = () => {
        if (document.querySelector(${JSON.stringify(shown)}) === null) requestAnimationFrame(look);
        else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      };
      requestAnimationFrame(look);
    });
  `);
  const page = await context.newPage();
  // A new window causes work in the browser for a while, which users who follow a link do not wait for.
  await setTimeout(windowMs);
  await page.goto(url);
  const opened = (await page.evaluate(`window.shown.then((ms) => ({
    ms,
    bytes: ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))
      .reduce((sum, { transferSize }) => sum + transferSize, 0),
  }))`)) as Opened;
  await context.close();
  return opened;
}

export const pages: Scenario = {
  name: 'pages',
  what: 'first view of the table and the timeline in a browser, of a million events',
  missing: () => (executablePath === '' ? 'chromium' : null),
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 50_000 : 1_000_000;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    say(`filling ${count} events`);
    const firstSecond = Math.floor(Date.now() / 1_000) - Math.ceil(count / eventsPerSecond);
    await fill(server.linePort, lineBlocks(count, firstSecond), count);
    await whenIndexed(server);
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
    const figures: Figure[] = [];
    const none = { peer: null, peerName: '' };
    for (const { what, path, shown } of views) {
      say(what);
      const opened: Opened[] = [];
      for (let i = 0; i < (isQuick ? 3 : rounds); i++)
        opened.push(await open(browser, server.url + path, shown));
      figures.push(
        {
          ...none,
          what: `${what}, until readable, median`,
          unit: 'ms',
          ours: median(opened.map(({ ms }) => ms)),
          goal: { is: 'at most', value: 1_000 },
        },
        {
          ...none,
          what: 'the same, loaded bytes, compressed',
          unit: 'kB',
          ours: Math.max(...opened.map(({ bytes }) => bytes)) / 1_000,
          goal: { is: 'at most', value: 300 },
        },
      );
    }
    await browser.close();
    await server.stop();
    return figures;
  },
};
