// Opens pages in a real Chromium, one for each test file, and watches them: a page that throws, logs errors, breaks its own
// policy or calls other servers fails its test.

import { chromiumProgram, hasBrowser, needs, wholeChromiumProgram } from '@anthracite/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { TestServer } from '../start';

/** `test` where Chromium is installed, and a font. */
export const inBrowser = needs('chromium', hasBrowser());

/** Options for a page. */
export interface View {
  readonly scheme?: 'light' | 'dark';
  /** The size of the window in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** False for a browser with JavaScript off. */
  readonly javaScript?: boolean;
  /** IANA name of the browser's time zone. */
  readonly zone?: string;
  /** A token that the browser presents with every request. */
  readonly token?: string;
  /** Other servers that the page can call, as origins. */
  readonly alsoCalls?: readonly string[];
  /** True if the browser must refuse requests; its console messages are then not faults of the page. */
  readonly expectsRefusals?: boolean;
}

/** A host name that a foreign page has pointed at this machine. */
export const reboundName = 'rebound.example';

// A slow and busy machine can need long; no test depends on time.
jest.setTimeout(600_000);
const waitMs = 60_000;

let executablePath = chromiumProgram;
let fontFile = '';
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

/** The faults since the test began. Faults that are read here do not fail the test. */
export function takeFaults(): string[] {
  return faults.splice(0);
}

/** Opens the windows of a test file in the full browser, where the headless shell behaves differently. */
export function useWholeBrowser(): void {
  executablePath = wholeChromiumProgram;
}

/** Gives the next windows only the fonts of a fontconfig file; open pages are closed. */
export async function useFonts(file: string): Promise<void> {
  await (await browser)?.close();
  browser = null;
  contexts.clear();
  fontFile = file;
}

/** Opens a path of a server in a separate window, which shares nothing with others, not even cookies. */
export async function openPage(server: TestServer, path: string, view: View = {}): Promise<Page> {
  const context = await openWindow(server.url, view);
  return openTab(context, server.url + path);
}

/** Opens a URL in the same window, with its state, such as cookies. */
export async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** An empty window, closed after the test. */
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

// Only the last switch of its kind counts, so Playwright's own ones are repeated here. Without the check of local
// networks the browser does not protect this machine from pages, so the tests prove that the server does.
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
    ...(fontFile !== '' && { env: { ...process.env, FONTCONFIG_FILE: fontFile } }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${turnedOff.join()}`,
      // No page can leave this machine, whatever it may call. One name resolves to it that the server does not know.
      `--host-resolver-rules=MAP ${reboundName} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost`,
    ],
  });
}

// Many tests expect a response of 400 or 404; Chromium logs each to the console.
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
