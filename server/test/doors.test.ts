// An event is the same through every door, and is returned unchanged.

import { type Event, formatLine, formatTime, graphiteTags, toGraphite } from '@anthracite/protocol';
import fc from 'fast-check';
import { start, type TestServer } from './start';

const words = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.constantFrom('a', 'b', ';', '\\', '=', 'é', '😀', '"'),
});
const event: fc.Arbitrary<Event> = fc.record({
  // Whole seconds, because Graphite's view has no fractions. After 1979, because smaller numbers are refused as milliseconds.
  time: fc.integer({ min: 315_532_800, max: 1_700_000_000 }).map((seconds) => seconds * 1000),
  type: words,
  tags: fc.array(words, { maxLength: 3 }),
  // Graphite's view has no separate form for a title followed by an empty body.
  description: fc
    .string({ minLength: 1, maxLength: 40, unit: 'binary' })
    .filter((text) => !/^[^\n]+\n$/.test(text)),
});

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

const byLine = (given: Event) => server.send(`${formatLine(given)}\n`);
const byTextBody = (given: Event) =>
  server.json('/events', {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: formatLine(given),
  });
const byJson = (given: Event) => server.json('/events', { method: 'POST', body: JSON.stringify(given) });
const byArray = (given: Event) => server.json('/events', { method: 'POST', body: JSON.stringify([given]) });
const byGraphite = (given: Event) => {
  const { when, what, data } = toGraphite({ ...given, id: 1 });
  const tags = graphiteTags(given.type, given.tags);
  return server.fetch('/events/', { method: 'POST', body: JSON.stringify({ when, what, data, tags }) });
};

async function stored(given: Event): Promise<Event[]> {
  const at = formatTime(given.time, 'UTC'); // eight digits of seconds would be read as a date
  const { events } = (await server.json(`/events/json?from=${at}&until=${at}&limit=all`)) as {
    events: Event[];
  };
  return events.filter((one) => formatLine(one) === formatLine(given));
}

test('stores one event for the same event through any two doors', async () => {
  await fc.assert(
    fc.asyncProperty(event, async (given) => {
      expect(await byLine(given)).toMatch(/^ok stored=[01] duplicate=[01] rejected=0\n$/);
      expect(await byJson(given)).toMatchObject({ new: false });
      expect(await byTextBody(given)).toMatchObject({ stored: 0, duplicate: 1, rejected: 0 });
      expect(await byArray(given)).toMatchObject({ stored: 0, duplicate: 1, rejected: 0 });
      expect((await byGraphite(given)).status).toBe(200);
      expect(await stored(given)).toHaveLength(1);
    }),
    { numRuns: 200 },
  );
});

test('returns every event as a raw line, whatever its door, and imports it again', async () => {
  const lines = await (await server.fetch('/events/raw?limit=all')).text();
  const count = lines.split('\n').length - 1;
  expect(count).toBeGreaterThan(100);
  expect(await server.send(lines)).toBe(`ok stored=0 duplicate=${count} rejected=0\n`);
  const other = await start();
  expect(await other.send(lines)).toBe(`ok stored=${count} duplicate=0 rejected=0\n`);
  expect(await (await other.fetch('/events/raw?limit=all')).text()).toEqual(lines);
});

test('returns the lines of the sample data exactly', async () => {
  const seed = await start();
  const lines = [
    '1467844481 deploy_vimeo.com "deploy e8e5e4 initiated by Nicolas -- github.com/Vimeo/main/compare/foobar..e8e5e4"',
    '1467844482 puppet "all nodes of class web_cluster_1: modified apache.conf; restart service apache"',
    '1467844483 incident_sev2_start "mysql2 crashed, site degraded"',
    '1467844484 incident_sev2_resolved "replaced db server"',
    '1467844485 incident "hurricane Sandy, systems unaffected but power outages among users, expect lower site usage"',
    '1467844486 manual_dieter "i have to try this firewall thing on the LB"',
  ].map((line) => `${line}\n`);
  expect(await seed.send(lines.join(''))).toBe('ok stored=6 duplicate=0 rejected=0\n');
  expect(await (await seed.fetch('/events/raw')).text()).toBe(lines.join(''));
});
