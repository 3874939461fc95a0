// npm run screenshots: writes screenshots of all pages with the demo's events to docs/images: light and dark, wide and phone.
// Needs `npm run build` and Debian's chromium.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { chromium } = createRequire(join(root, 'server', 'package.json'))('playwright-core');
const main = join(root, 'cli', 'dist', 'src', 'main.js');
const target = join(root, 'docs', 'images');
const zone = 'Europe/Amsterdam';
const maxBytes = 250_000;

const folder = mkdtempSync(join(tmpdir(), 'anthracite-screenshots-'));
const children = [];
process.on('exit', () => {
  for (const child of children) child.removeAllListeners('exit').kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the server and resolves with its address. */
function serve(args, environment = {}) {
  const child = spawn(process.execPath, [main, ...args, '--http', '127.0.0.1:0', '--tcp', ''], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (text) => {
      printed += text;
      const [, port] = /is ready: HTTP on \S+:(\d+)/.exec(printed) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => reject(new Error(printed)));
  });
}

function deliver(hook, body, headers = {}) {
  return fetch(`${hooked}/hooks/${hook}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: JSON.stringify(body),
  });
}

async function idOf(url, path, list) {
  const answer = await (await fetch(url + path)).json();
  return answer[list]?.at(-1)?.id ?? 1;
}

const demo = await serve(['demo', '--no-live']);
const closed = await serve(['serve', '--database', join(folder, 'closed.db')], {
  ANTHRACITE_TOKENS: 'ops:admin:the-long-secret-of-ops',
});
await fetch(`${demo}/events`, {
  method: 'POST',
  headers: { 'content-type': 'text/plain' },
  body: `${Date.now()} deploy_website release 42, by Nicolas\nyesterday manual_ada Restarted haproxy\n${Math.floor(Date.now() / 1_000)} puppet;host=web1\n`,
});
const config = join(folder, 'anthracite.yaml');
writeFileSync(join(folder, 'github.secret'), 'the-secret-of-github\n');
writeFileSync(
  config,
  `hooks:\n  alertmanager: {}\n  github: { secret-file: ${join(folder, 'github.secret')} }\n  argo-cd: { kind: cloudevents }\n`,
);
const hooked = await serve(['serve', '--database', join(folder, 'hooked.db'), '--config', config]);
for (const status of ['firing', 'firing', 'resolved']) {
  const alert = {
    ...{ status, fingerprint: 'a1b2c3d4e5f60718', labels: { alertname: 'DiskFull', instance: 'db2' } },
    ...{ annotations: { summary: 'Disk of db2 is 95 % full' }, startsAt: new Date(Date.now() - 600_000) },
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(),
  };
  const body = {
    version: '4',
    groupKey: '{}:{alertname="DiskFull"}',
    status,
    receiver: 'anthracite',
    alerts: [alert],
  };
  await deliver('alertmanager', body);
}
await deliver('github', {}, { 'x-github-event': 'push' });
const incident = await idOf(demo, '/spans?type=incident*&limit=10000', 'spans');
const deploy = await idOf(demo, '/events/json?from=-2d&type=deploy_*&limit=10000', 'events');
const drawn = '.lanes .vis-item';
const pages = [
  { name: 'events', path: '/events/' },
  { name: 'event', path: `/events/${deploy}` },
  { name: 'add', path: '/add?type=manual_ada&description=Restarted+haproxy+on+lb2' },
  { name: 'timeline', path: '/timeline?from=-1w', waitFor: drawn },
  { name: 'incidents', path: '/spans' },
  { name: 'incident', path: `/spans/${incident}` },
  { name: 'report', path: '/report' },
  { name: 'rejected', path: '/rejects' },
  { name: 'hooks', path: '/hooks', of: hooked },
  { name: 'sign-in', path: '/sign-in', of: closed },
];
const sizes = { wide: [1280, 800], phone: [390, 844] };

mkdirSync(target, { recursive: true });
const executablePath = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
});
for (const scheme of ['light', 'dark']) {
  for (const [size, [width, height]] of Object.entries(sizes)) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      timezoneId: zone,
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    for (const url of [demo, hooked, closed]) {
      await context.addCookies([{ name: 'anthracite_zone', value: zone, url }]);
    }
    for (const { name, path, of = demo, waitFor = 'main' } of pages) {
      const page = await context.newPage();
      await page.goto(of + path);
      await page.locator(waitFor).first().waitFor();
      const file = join(target, `${name}-${scheme}-${size}.png`);
      await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
      const { size: bytes } = statSync(file);
      if (bytes > maxBytes) throw new Error(`${file} has ${bytes} bytes, more than ${maxBytes}`);
      process.stdout.write(`${file.slice(root.length + 1)} ${bytes}\n`);
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
process.exit();
