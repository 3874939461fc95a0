// The table of events and the pages of one event in a real browser: live, by keyboard, and with scripts off.

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

inBrowser('an event that is added in the form appears in another window by itself', async () => {
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
  // Drawn by the same part as on the server: word for word the same row.
  const shown = await rows(table).first().innerHTML();
  await table.reload();
  const plain = (html: string): string => html.replace(/ title="[^"]*"/g, '');
  expect(plain(await rows(table).first().innerHTML())).toBe(plain(shown));
  await server.send(`${seconds()} other for the narrow one\n`);
  await rows(narrow).first().waitFor();
  expect(await titles(narrow)).toEqual(['for the narrow one']);
});

inBrowser('what is edited, deleted or restored changes in the table by itself', async () => {
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

inBrowser('whoever has scrolled down is told how many are new, and shown them on request', async () => {
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
});

inBrowser('a flood is shown, too, and nothing twice', async () => {
  const table = await openPage(server, '/events/');
  await isLive(table);
  const flood = Array.from({ length: 3_000 }, (_, i) => `${seconds() - 100} deploy;n=${i} flood ${i}\n`);
  await server.send(flood.join(''));
  await server.send(`${seconds() - 1} deploy the last\n`);
  await table.getByText('the last', { exact: true }).waitFor();
  await table.getByText('the list is truncated here').waitFor();
  const ids = await rows(table).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['id']));
  expect(new Set(ids).size).toBe(ids.length);
});

inBrowser('the stream comes back when the server does, with what was missed', async () => {
  const database = join(folder, 'anthracite.db');
  const http = `127.0.0.1:${await quietPort()}`;
  const first = await start({ database, http });
  await first.send(`${seconds() - 9} deploy before\n`);
  const table = await openPage(first, '/events/', { expectsRefusals: true });
  await isLive(table);
  await first.stop();
  await table.getByText('Not connected; trying again').waitFor();
  const second = await start({ database, http });
  await second.send(`${seconds()} deploy missed\n`);
  await table.getByText('missed', { exact: true }).waitFor();
  await isLive(table);
  expect(await titles(table)).toEqual(['missed', 'before']);
});

inBrowser('a page that stands open while a backup is restored shows what the backup has', async () => {
  const http = `127.0.0.1:${await quietPort()}`;
  const first = await start({ http });
  await first.send(`${seconds() - 9} deploy lost\n${seconds() - 8} deploy lost as well\n`);
  const table = await openPage(first, '/events/', { expectsRefusals: true });
  await isLive(table);
  await first.stop();
  await table.getByText('Not connected; trying again').waitFor();
  const restored = await start({ http });
  await table.getByText('lost', { exact: true }).waitFor({ state: 'detached' });
  await restored.send(`${seconds()} deploy after it\n`);
  await table.getByText('after it', { exact: true }).waitFor();
  expect(await titles(table)).toEqual(['after it']);
});

inBrowser('a filter stands in the address: kept, sent and loaded again it shows the same', async () => {
  await server.send(
    `${seconds() - 60} deploy;env=prod one\n${seconds() - 50} deploy;env=test two\n${seconds() - 40} puppet;env=prod three\n`,
  );
  const page = await openPage(server, '/events/');
  await page.getByLabel('Text', { exact: true }).fill('one');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**/events/?q=one');
  expect(await titles(page)).toEqual(['one']);
  await page.getByRole('link', { name: 'Show everything' }).click();
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

inBrowser('types and tags are completed', async () => {
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

inBrowser('all of it by keyboard', async () => {
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
  await page.keyboard.press('/');
  await page.keyboard.type('jk?');
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('jk?');
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('g');
  expect(await focused()).toBe('3');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/events/3');
  // The page of the event, its form, its deletion: Tab and Enter reach them.
  await page.keyboard.press('e');
  await page.waitForURL('**/events/3/edit');
  await page.getByLabel('Tags').focus();
  await page.keyboard.type('by=keyboard');
  await page.getByLabel('Description').press('Control+Enter');
  await page.getByText('Changed.').waitFor();
  await page.getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByRole('heading', { name: 'This event is deleted' }).waitFor();
  await page.getByRole('button', { name: 'Restore' }).press('Enter');
  await page.getByText('Restored as it was.').waitFor();
  expect(await page.locator('.history li').count()).toBe(3);
  await page.goto(`${server.url}/events/`);
  await page.keyboard.press('a');
  await page.waitForURL('**/add');
});

inBrowser('the marks of an incident are named by the helper', async () => {
  const page = await openPage(server, '/add?description=checkout+fails&tags=env%3Dprod');
  await page.getByText('Part of an incident').click();
  await page.getByLabel('Severity').selectOption('1');
  await page.getByLabel('Its key').fill('4 2');
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

inBrowser('times are those of the browser, without scripts those of the server', async () => {
  await server.send('1467844481 deploy x\n');
  const berlin = await openPage(server, '/events/1', { zone: 'Europe/Berlin' });
  await berlin.getByText('2016-07-07 00:34:41').first().waitFor();
  await berlin.getByRole('button', { name: 'show UTC' }).click();
  await berlin.getByText('2016-07-06 22:34:41').first().waitFor();
  await berlin.getByRole('button', { name: 'show Europe/Berlin' }).click();
  await berlin.getByText('2016-07-07 00:34:41').first().waitFor();
  const plain = await openPage(server, '/events/1', { zone: 'Europe/Berlin', javaScript: false });
  expect(await plain.locator('.facts time').textContent()).toBe('2016-07-06 22:34:41');
});

inBrowser('without scripts: filter, add, edit, delete, restore, mend', async () => {
  await server.send(`${seconds() - 60} deploy first\nnonsense\n`);
  const page = await openPage(server, '/events/', { javaScript: false });
  expect(await titles(page)).toEqual(['first']);
  await page.getByLabel('Type', { exact: true }).fill('puppet');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('No events match').waitFor();
  expect(new URL(page.url()).search).toBe('?type=puppet');
  await page.getByRole('link', { name: 'Add' }).click();
  await page.getByLabel('Type').fill('two words');
  await page.getByLabel('Description').fill('kept **text**');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('has white space in it').waitFor();
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
  await page.getByText('Restored as it was.').waitFor();
  await page.getByRole('link', { name: 'Rejected' }).click();
  await page.getByLabel('Line').fill('1467844481 deploy mended');
  await page.getByRole('button', { name: 'Submit again' }).click();
  await page.getByRole('link', { name: 'event 3' }).click();
  await page.getByRole('heading', { name: 'mended' }).waitFor();
});

inBrowser('who signed in comes from another site without signing in again', async () => {
  const secret = 'the-long-secret-of-a-reader';
  server = await start({}, Date.now, { ANTHRACITE_TOKENS: `rita:read:${secret}` });
  await server.send('1467844481 deploy x\n');
  // Another name for the same machine is another site.
  const elsewhere = server.url.replace('127.0.0.1', 'localhost');
  const page = await openPage(server, '/events/1', { alsoCalls: [elsewhere] });
  await page.getByLabel('Token').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Signed in as').waitFor();
  expect(new URL(page.url()).pathname).toBe('/events/1');
  await page.goto(`${elsewhere}/sign-in`);
  await page.evaluate((target) => {
    const link = document.createElement('a');
    link.href = target;
    link.textContent = 'across';
    document.body.append(link);
  }, `${server.url}/events/1`);
  await page.getByText('across').click();
  await page.getByText('Signed in as').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${server.url}/events/1`);
  expect(await page.getByLabel('Token').count()).toBe(1);
});
