// The table of events and the pages of one event in a real browser: live, by keyboard, and with JavaScript off.

import { join } from 'node:path';
import { quietPort, temporaryFolder, until } from '@anthracite/testing';
import type { Page } from 'playwright-core';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';

const folder = temporaryFolder();
let server: TestServer;
beforeEach(async () => {
  server = await start();
});

const seconds = (): number => Math.floor(Date.now() / 1000);
const rows = (page: Page) => page.locator('tr.event');
const titles = (page: Page): Promise<string[]> => page.locator('tr.event .title').allTextContents();
const isLive = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor();

inBrowser('shows an event from the form in another window automatically', async () => {
  await server.send(`${seconds() - 60} deploy;env=prod first\n`);
  const table = await openPage(server, '/events/');
  const narrow = await openPage(server, '/events/?type=other');
  await isLive(table);
  await isLive(narrow);
  const form = await openPage(server, '/add');
  await form.getByLabel('Type').fill('manual_dieter');
  await form.getByLabel('Tags').fill('host=lb1 env=prod');
  await form.getByLabel('Description').fill('try the **firewall** thing\nsee https://wiki.example/fw');
  await form.getByText('firewall', { exact: true }).waitFor();
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await form.getByText('Stored.').waitFor();

  await rows(table).nth(1).waitFor();
  expect(await titles(table)).toEqual(['try the firewall thing', 'first']);
  // Rendered by the same component as on the server, so the row is identical.
  const shown = await rows(table).first().innerHTML();
  await table.reload();
  const plain = (html: string): string => html.replace(/ title="[^"]*"/g, '');
  expect(plain(await rows(table).first().innerHTML())).toBe(plain(shown));
  await server.send(`${seconds()} other for the narrow one\n`);
  await rows(narrow).first().waitFor();
  expect(await titles(narrow)).toEqual(['for the narrow one']);
});

inBrowser('updates edited, deleted and restored events in the table automatically', async () => {
  await server.send(`${seconds() - 60} deploy one\n${seconds() - 50} deploy two\n`);
  const table = await openPage(server, '/events/');
  await isLive(table);
  const patch = { method: 'PATCH', body: JSON.stringify({ description: 'uno' }) };
  await server.fetch('/events/1', patch);
  await table.getByText('uno', { exact: true }).waitFor();
  await server.fetch('/events/2', { method: 'DELETE' });
  await until(async () => (await rows(table).count()) === 1, 'the deleted one is gone');
  await server.fetch('/events/2/restore', { method: 'POST' });
  await until(async () => (await rows(table).count()) === 2, 'it is back');
});

inBrowser(
  'shows the number of new events to a user who has scrolled down, and the events on request',
  async () => {
    const old = Array.from({ length: 80 }, (_, i) => `${seconds() - 1_000 + i} deploy number ${i}\n`);
    await server.send(old.join(''));
    const table = await openPage(server, '/events/');
    await isLive(table);
    await table.mouse.wheel(0, 1_500);
    await table.waitForFunction(() => scrollY > 500);
    await server.send(`${seconds() - 2} deploy a\n${seconds() - 1} deploy b\n${seconds()} deploy c\n`);
    const bar = table.getByRole('button', { name: '3 new events' });
    await bar.waitFor();
    expect(await rows(table).count()).toBe(80);
    await bar.click();
    await rows(table).nth(82).waitFor();
    expect((await titles(table)).slice(0, 4)).toEqual(['c', 'b', 'a', 'number 79']);
    expect(await table.evaluate(() => scrollY)).toBe(0);
  },
);

inBrowser('shows a flood of events, each once', async () => {
  const table = await openPage(server, '/events/');
  await isLive(table);
  const flood = Array.from({ length: 3_000 }, (_, i) => `${seconds() - 100} deploy;n=${i} flood ${i}\n`);
  await server.send(flood.join(''));
  await server.send(`${seconds() - 1} deploy the last\n`);
  await table.getByText('the last', { exact: true }).waitFor();
  await table.getByText('more on the next page').waitFor();
  const ids = await rows(table).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['id']));
  expect(new Set(ids).size).toBe(ids.length);
});

inBrowser('reconnects the stream when the server returns, with the missed events', async () => {
  const database = join(folder, 'anthracite.db');
  const http = `127.0.0.1:${await quietPort()}`;
  const first = await start({ database, http });
  await first.send(`${seconds() - 9} deploy before\n`);
  const table = await openPage(first, '/events/', { expectsRefusals: true });
  await isLive(table);
  await first.stop();
  await table.getByText('Disconnected; reconnecting').waitFor();
  const second = await start({ database, http });
  await second.send(`${seconds()} deploy missed\n`);
  await table.getByText('missed', { exact: true }).waitFor();
  await isLive(table);
  expect(await titles(table)).toEqual(['missed', 'before']);
});

inBrowser('shows the restored events on a page that is open while a backup is restored', async () => {
  const http = `127.0.0.1:${await quietPort()}`;
  const first = await start({ http });
  await first.send(`${seconds() - 9} deploy lost\n${seconds() - 8} deploy lost as well\n`);
  const table = await openPage(first, '/events/', { expectsRefusals: true });
  await isLive(table);
  await first.stop();
  await table.getByText('Disconnected; reconnecting').waitFor();
  const restored = await start({ http });
  await table.getByText('lost', { exact: true }).waitFor({ state: 'detached' });
  await restored.send(`${seconds()} deploy after it\n`);
  await table.getByText('after it', { exact: true }).waitFor();
  expect(await titles(table)).toEqual(['after it']);
});

inBrowser('keeps a filter in the URL, which shows the same when it is loaded again', async () => {
  await server.send(
    `${seconds() - 60} deploy;env=prod one\n${seconds() - 50} deploy;env=test two\n${seconds() - 40} puppet;env=prod three\n`,
  );
  const page = await openPage(server, '/events/');
  await page.getByLabel('Text', { exact: true }).fill('one');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**/events/?q=one');
  expect(await titles(page)).toEqual(['one']);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page.locator('tr.event', { hasText: 'two' }).locator('.type a').click();
  await page.waitForURL('**/events/?type=deploy');
  await page.locator('a.tag', { hasText: 'env=prod' }).click();
  await page.waitForURL('**/events/?type=deploy&all=env%3Dprod');
  expect(await titles(page)).toEqual(['one']);
  await page.reload();
  expect(await titles(page)).toEqual(['one']);
  const sent = await openPage(server, new URL(page.url()).pathname + new URL(page.url()).search);
  expect(await titles(sent)).toEqual(['one']);
  expect(await sent.getByLabel('Tags', { exact: true }).inputValue()).toBe('env=prod');
});

inBrowser('completes types and tags', async () => {
  await server.send(`${seconds()} deploy_website;env=prod;host=web1 x\n${seconds()} deploy_mobile y\n`);
  const page = await openPage(server, '/events/');
  const options = (name: string): Promise<string[]> =>
    page
      .locator(`#complete-${name} option`)
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  await page.getByLabel('Type', { exact: true }).pressSequentially('x !deploy_w');
  await until(async () => (await options('type')).join() === 'x !deploy_website', 'the type is completed');
  await page.getByLabel('Tags', { exact: true }).pressSequentially('env=prod ho');
  await until(async () => (await options('all')).join() === 'env=prod host=web1', 'the tag is completed');
});

inBrowser('works by keyboard alone', async () => {
  const lines = [1, 2, 3].map((i) => `${seconds() - 100 + i} deploy "number ${i}\\nbody ${i}"\n`);
  await server.send(lines.join(''));
  const page = await openPage(server, '/events/');
  await isLive(page);
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('tr')?.dataset['id']);
  await page.keyboard.press('j');
  expect(await focused()).toBe('3');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  expect(await focused()).toBe('2');
  await page.keyboard.press('o');
  await page.getByText('body 2').waitFor();
  await page.keyboard.press('?');
  await page.getByText('next event').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('jk?');
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('jk?');
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('g');
  expect(await focused()).toBe('3');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/events/3');
  // Tab and Enter reach the page of the event, its form and its deletion.
  await page.keyboard.press('e');
  await page.waitForURL('**/events/3/edit');
  await page.getByLabel('Tags').focus();
  await page.keyboard.type('by=keyboard');
  await page.getByLabel('Description').press('Control+Enter');
  await page.getByText('Saved.').waitFor();
  await page.getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByRole('heading', { name: 'Deleted event' }).waitFor();
  await page.getByRole('button', { name: 'Restore' }).press('Enter');
  await page.getByText('Restored.').waitFor();
  expect(await page.locator('.history li').count()).toBe(3);
  await page.goto(`${server.url}/events/`);
  await page.keyboard.press('a');
  await page.waitForURL('**/add');
});

inBrowser('names the marks of an incident in the helper', async () => {
  const page = await openPage(server, '/add?description=checkout+fails&tags=env%3Dprod');
  await page.getByText('Mark of an incident').click();
  await page.getByLabel('Severity').selectOption('1');
  await page.getByLabel('Incident key').fill('4 2');
  await page.getByLabel('Origin').selectOption('self');
  await page.getByRole('button', { name: 'Fill in' }).click();
  await page.getByRole('button', { name: 'Now' }).click();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Stored.').waitFor();
  expect(await server.json('/events/json')).toMatchObject({
    events: [{ type: 'incident_sev1_start', tags: ['incident=4_2', 'origin=self', 'env=prod'] }],
  });
  expect(await page.getByText('marks the start of').textContent()).toContain('incident_sev1 4_2');
});

inBrowser('shows times in the zone of the browser, and of the server with JavaScript off', async () => {
  await server.send('1467844481 deploy x\n');
  const berlin = await openPage(server, '/events/1', { zone: 'Europe/Berlin' });
  await berlin.getByText('2016-07-07 00:34:41').first().waitFor();
  const plain = await openPage(server, '/events/1', { zone: 'Europe/Berlin', javaScript: false });
  expect(await plain.locator('.facts time').textContent()).toBe('2016-07-06 22:34:41');
});

inBrowser('filters, adds, edits, deletes, restores and corrects with JavaScript off', async () => {
  await server.send(`${seconds() - 60} deploy first\nnonsense\n`);
  const page = await openPage(server, '/events/', { javaScript: false });
  expect(await titles(page)).toEqual(['first']);
  await page.getByLabel('Type', { exact: true }).fill('puppet');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('No matching events').waitFor();
  expect(new URL(page.url()).search).toBe('?type=puppet');
  await page.getByRole('link', { name: 'Add' }).click();
  await page.getByLabel('Type').fill('two words');
  await page.getByLabel('Description').fill('kept **text**');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('contains white space').waitFor();
  expect(await page.getByLabel('Description').inputValue()).toBe('kept **text**');
  await page.getByLabel('Type').fill('one_word');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.locator('#preview strong').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Stored.').waitFor();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Tags').fill('a=b');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.differences ins', { hasText: 'a=b' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('Restored.').waitFor();
  await page.getByRole('link', { name: 'Rejected' }).click();
  await page.getByLabel('Line').fill('1467844481 deploy corrected');
  await page.getByRole('button', { name: 'Submit again' }).click();
  await page.getByRole('link', { name: 'event 3' }).click();
  await page.getByRole('heading', { name: 'corrected' }).waitFor();
});

inBrowser('keeps a user signed in who comes from another site', async () => {
  const secret = 'the-long-secret-of-a-reader';
  server = await start({}, Date.now, { ANTHRACITE_TOKENS: `rita:read:${secret}` });
  await server.send('1467844481 deploy x\n');
  // Another name for the same machine is another site.
  const elsewhere = server.url.replace('127.0.0.1', 'localhost');
  const page = await openPage(server, '/events/1', { alsoCalls: [elsewhere] });
  await page.getByLabel('Token').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('rita', { exact: true }).first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/events/1');
  await page.goto(`${elsewhere}/sign-in`);
  await page.evaluate((target) => {
    const link = document.createElement('a');
    link.href = target;
    link.textContent = 'across';
    document.body.append(link);
  }, `${server.url}/events/1`);
  await page.getByText('across').click();
  await page.getByText('rita', { exact: true }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${server.url}/events/1`);
  expect(await page.getByLabel('Token').count()).toBe(1);
});
