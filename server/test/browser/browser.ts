// Opens pages in a real Chromium, one for each test file, and watches them: a page that throws, complains, breaks its own
// policy or calls elsewhere fails its test.

import { chromiumProgram, needs, wholeChromiumProgram } from '@anthracite/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { TestServer } from '../start';

/** `test` where Chromium is installed. */
export const inBrowser = needs('chromium', chromiumProgram !== '');

/** How a page is looked at. */
export interface View {
  readonly scheme?: 'light' | 'dark';
  /** Of the window, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** False for a browser that runs no scripts. */
  readonly javaScript?: boolean;
  /** IANA name of the time zone that the browser is in. */
  readonly zone?: string;
  /** A token that the browser presents with every request. */
  readonly token?: string;
  /** Other servers that the page may call, as their origins. */
  readonly alsoCalls?: readonly string[];
  /** True where the browser itself shall refuse things, and say so: then what it says is no fault of the page. */
  readonly expectsRefusals?: boolean;
}

/** A name that a page of somebody else has made to lead to this machine. */
export const reboundName = 'rebound.example';

// A slow and noisy machine may need long; nothing here is about time.
jest.setTimeout(600_000);
const waitMs = 60_000;

let executablePath = chromiumProgram;
let browser: Promise<Browser> | null = null;
const contexts = new Set<BrowserContext>();
const faults: string[] = [];

afterEach(async () => {
  await Promise.all([...contexts].map((context) => context.close()));
  contexts.clear();
  expect(takeFaults()).toEqual([]);
});

afterAll(async () => {
  await (await browser)?.close();
});

/** What was noticed since the test began. Taken here, it does not fail the test. */
export function takeFaults(): string[] {
  return faults.splice(0);
}

/** Opens the windows of a test file in the whole browser, where the headless shell does something otherwise. */
export function useWholeBrowser(): void {
  executablePath = wholeChromiumProgram;
}

/** Opens a path of a server in a window of its own: nothing is shared with others, cookies neither. */
export async function openPage(server: TestServer, path: string, view: View = {}): Promise<Page> {
  const context = await openWindow(server.url, view);
  return openTab(context, server.url + path);
}

/** Opens an address in the same window, with what it knows already, such as cookies. */
export async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** A window without a page yet; it is closed after the test. */
export async function openWindow(origin: string, view: View = {}): Promise<BrowserContext> {
  const { scheme = 'light', width = 1280, height = 800, javaScript = true, zone = 'UTC' } = view;
  browser ??= launch();
  const context = await (await browser).newContext({
    viewport: { width, height },
    colorScheme: scheme,
    javaScriptEnabled: javaScript,
    timezoneId: zone,
    locale: 'en-GB',
    ...(view.token !== undefined && { extraHTTPHeaders: { authorization: `Bearer ${view.token}` } }),
  });
  contexts.add(context);
  context.setDefaultTimeout(waitMs);
  await watch(context, new Set([origin, ...(view.alsoCalls ?? [])]), view.expectsRefusals ?? false);
  return context;
}

// The last switch of its kind counts, so what Playwright itself turns off is named here again. Without the check of local
// networks the browser does not protect this machine from pages: what is shown here, the server does.
const turnedOff = [
  'LocalNetworkAccessChecks',
  'LocalNetworkAccessChecksWebSockets',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
];

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: waitMs,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${turnedOff.join()}`,
      // Whatever a page may call, it does not leave this machine. One name leads here that nobody gave to the server.
      `--host-resolver-rules=MAP ${reboundName} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost`,
    ],
  });
}

// An answer of 400 or 404 is what many tests want; Chromium writes a line to the console about each.
const isAnswer = (text: string): boolean => /^Failed to load resource: the server responded with/.test(text);

async function watch(
  context: BrowserContext,
  known: ReadonlySet<string>,
  expectsRefusals: boolean,
): Promise<void> {
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && !known.has(origin))
      faults.push(`request: ${request.method()} ${request.url()}`);
  });
  context.on('weberror', (error) => faults.push(`page error: ${error.error().stack}`));
  context.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.type()} ${dialog.message()}`);
    void dialog.dismiss();
  });
  if (expectsRefusals) return;
  context.on('console', (message) => {
    if (message.type() === 'error' && !isAnswer(message.text())) faults.push(`console: ${message.text()}`);
  });
  await context.exposeBinding('reportViolation', (_source, violation: string) => {
    faults.push(`policy: ${violation}`);
  });
  await context.addInitScript(() => {
    addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
        const { reportViolation } = window as unknown as { reportViolation(violation: string): void };
        reportViolation(`${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`);
      },
    );
  });
}
