// Opens a place of Grafana in Chromium, and records every error of the page.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { GrafanaStandIn } from './grafana-stand-in';

const folders = (process.env['PATH'] ?? '').split(delimiter);
// The headless shell has the same engine as the browser, and needs a third of its processor time.
const chromiumPath = ['chromium-headless-shell', 'chromium']
  .flatMap((program) => folders.map((folder) => join(folder, program)))
  .find((path) => existsSync(path));

/** Whether Chromium is on the PATH. */
export const hasChromium = chromiumPath !== undefined;

/** Starts Chromium without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The opened place. */
export interface Place {
  readonly place: 'config' | 'query' | 'explore' | 'annotation' | 'variable' | 'graph' | 'dashboard';
  readonly uid: string;
  /** The range in milliseconds. */
  readonly range?: { readonly from: number; readonly to: number };
  /** The variables of the dashboard. */
  readonly variables?: Readonly<Record<string, string | readonly string[]>>;
  /** The edited query, annotation or variable. */
  readonly value?: unknown;
}

/** A page with its errors. */
export interface Opened {
  readonly page: Page;
  /** Uncaught errors, and modules that could not be loaded. */
  readonly errors: readonly string[];
  /** The present value of the editor. */
  state(): Promise<unknown>;
}

/** Opens a place and waits until its editor is shown. */
export async function openPlace(browser: Browser, grafana: GrafanaStandIn, place: Place): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 900 }, colorScheme: 'dark' });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('dialog', (dialog) => {
    errors.push(`a dialog opened: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await page.goto(`${grafana.url}/?${addressOf(place)}`);
  const root = page.getByTestId(place.place === 'explore' ? 'query' : place.place);
  await root.waitFor({ timeout: 60_000 }).catch((error: Error) => {
    throw new Error(`${error.message}\n${errors.join('\n')}`);
  });
  return {
    page,
    errors,
    state: async () => JSON.parse((await page.getByTestId('state').textContent()) ?? 'null'),
  };
}

function addressOf({ place, uid, range, variables = {}, value }: Place): string {
  const address = new URLSearchParams({ place, uid });
  if (range) {
    address.set('from', String(range.from));
    address.set('to', String(range.to));
  }
  for (const [name, chosen] of Object.entries(variables)) {
    for (const one of [chosen].flat()) address.append(`var-${name}`, one);
  }
  if (value !== undefined) address.set('value', JSON.stringify(value));
  return address.toString();
}
