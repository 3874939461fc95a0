// Pages of a server without a free place for their stream: they retry automatically and show missed events.

import { Follower } from '../http/follower';
import { start, type TestServer } from '../start';
import { inBrowser, openPage, takeFaults } from './browser';

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'max-http-connections-per-address': '40' });
});

inBrowser.each([
  ['/events/', '#events tr.event'],
  ['/timeline', '.lanes .lane-mark'],
])('shows new events on %s as soon as there is a place', async (path, shown) => {
  const type = `busy${path.replaceAll('/', '')}`;
  const holders = await Promise.all(
    Array.from({ length: 10 }, () => Follower.open(`${server.url}/events/stream`)),
  );
  const page = await openPage(server, `${path}?type=${type}`, { expectsRefusals: true });
  await page.waitForResponse((response) => response.status() === 503);
  await server.send(`${Math.floor(Date.now() / 1_000)} ${type} while nobody could hear it\n`);
  for (const holder of holders) holder.close();
  await page.locator(shown, { hasText: 'while nobody could hear it' }).waitFor();
  takeFaults();
});
