// Hostile text in the tables of the report: releases, environments, versions, titles, services and teams.

import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';
import { findIntruders } from './intruders';
import { asWord, payloads } from './payloads';

const minute = 60_000;
// Events of one release would be one deployment if they were nearer to each other.
const apart = 20 * minute;
const first = Date.UTC(2026, 1, 1);
const timeOf = (i: number): number => first + i * apart;
/** The report has a row for each of so many services. */
const each = 20;

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': 'UTC', 'uptime-target': '99.5' }, () => first + 30 * 86_400_000);
  const events = payloads.flatMap((text, i) => {
    const word = asWord(text);
    const short = word.slice(0, 100);
    const places = [`env=${word}`, `service=${word}`, `team=${word}`];
    const description = text.trim() === '' ? 'x' : text;
    return [
      {
        time: timeOf(i),
        type: `deploy_${short}`,
        tags: [...places, `version=${word}`, 'exit=1', 'rollback'],
        description,
      },
      {
        time: timeOf(i) + minute,
        type: `incident_sev2_${short}_start`,
        tags: [...places, `incident=a${i}`],
        description,
      },
      {
        time: timeOf(i) + 2 * minute,
        type: `incident_sev2_${short}_end`,
        tags: [`incident=a${i}`],
        description,
      },
      // Without a start: inconsistent marks.
      { time: timeOf(i) + 3 * minute, type: 'incident_sev3_detected', tags: [`incident=b${i}`], description },
      {
        time: timeOf(i) + 4 * minute,
        type: 'incident_sev3_end',
        tags: [`incident=b${i}`],
        description: 'over',
      },
    ];
  });
  const response = await server.fetch('/events', { method: 'POST', body: JSON.stringify(events) });
  expect(await response.json()).toMatchObject({ rejected: 0 });
});

inBrowser(
  'shows hostile text as text in every table of the report',
  async () => {
    const page = await openPage(server, '/report');
    for (let from = 0; from < payloads.length; from += each) {
      const until = Math.min(payloads.length, from + each);
      const range = [timeOf(from), timeOf(until)].map((time) => new Date(time).toISOString());
      await page.goto(`${server.url}/report?from=${range[0]}&until=${range[1]}`);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      const rowsUnder = (title: string): Promise<number> =>
        page
          .locator(`h2:has-text("${title}"), h3:has-text("${title}")`)
          .locator('xpath=following-sibling::section[1]')
          .locator('tbody tr')
          .count();
      for (const title of ['Failed deployments', 'Rollbacks', 'Incidents with inconsistent marks']) {
        expect([title, await rowsUnder(title)]).toEqual([title, until - from]);
      }
      for (const title of ['By service', 'By team']) expect(await rowsUnder(title)).toBeGreaterThan(0);
      expect(await page.evaluate(`(${findIntruders})(document)`)).toEqual([]);
      // Long words must not widen the page.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
  },
  600_000,
);
