// Shared parts of the browser tests: the servers, the page, the browser; all of them end with the test file.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Anthracite, startAnthracite } from '../anthracite';
import { hasChromium, type Opened, openPlace, type Place, startBrowser } from '../browser';
import { type GrafanaStandIn, startStandIn } from '../grafana-stand-in';
import { bundleHost } from '../host-bundle';
import { storyDay } from '../story';

/** The built plugin. The variable is for a copy of this folder that tests a plugin from another build. */
export const distFolder = process.env['ANTHRACITE_PLUGIN_DIST'] ?? join(__dirname, '..', '..', 'dist');

/** The folder for screenshots for the docs; none are taken if it is not set. */
const picturesFolder = process.env['ANTHRACITE_PICTURES'];

const isRequired = process.env['ANTHRACITE_TEST_PEERS'] === 'required';
/** `test` where Chromium is installed or required; a skip elsewhere. */
export const testInBrowser = hasChromium || isRequired ? test : test.skip;
/** For the names of tests: the reason for the skip. */
export const lacking = hasChromium ? '' : ' (needs chromium)';

/** Two servers with the same story, one of them with tokens, and Grafana in front of them. */
export interface Stage {
  readonly open: Anthracite;
  readonly closed: Anthracite;
  readonly grafana: GrafanaStandIn;
  /** Opens a place on the day of the story, with a datasource of the open server by default. */
  show(place: Omit<Place, 'uid'> & { readonly uid?: string }): Promise<Opened>;
  /** Takes a screenshot for the docs, if requested. */
  picture(page: Page, name: string): Promise<void>;
}

/** Prepares the stage before the tests of a file, and clears it after them. Fails a test whose page had an error. */
export function setStage(): Stage {
  const stage = { picture: takePicture } as { -readonly [Name in keyof Stage]: Stage[Name] };
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-harness-'));
  const shown: Opened[] = [];
  let browser: Browser | undefined;

  beforeAll(async () => {
    if (!hasChromium && isRequired) throw new Error('chromium is missing; scripts/peers.sh installs it');
    if (!hasChromium) return;
    if (!existsSync(join(distFolder, 'module.js')))
      throw new Error(`${distFolder} has no module.js; npm test builds it`);
    const host = join(folder, 'host.js');
    await bundleHost(host);
    stage.open = await startAnthracite();
    stage.closed = await startAnthracite({ needsToken: true });
    const systemjs = join(dirname(require.resolve('systemjs/package.json')), 'dist');
    stage.grafana = await startStandIn({ host, dist: distFolder, systemjs });
    const uid = stage.grafana.add(stage.open.url);
    const started = await startBrowser();
    browser = started;
    stage.show = async (place) => {
      const opened = await openPlace(started, stage.grafana, { uid, range: storyDay, ...place });
      shown.push(opened);
      return opened;
    };
  }, 600_000);

  afterEach(async () => {
    const errors = shown.flatMap((opened) => opened.errors);
    await Promise.all(shown.splice(0).map(({ page }) => page.close()));
    stage.grafana?.takeRequests();
    expect(errors).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await stage.grafana?.stop();
    await stage.open?.stop();
    await stage.closed?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 600_000);

  return stage;
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (picturesFolder === undefined) return;
  mkdirSync(picturesFolder, { recursive: true });
  await page.locator('#root').screenshot({ path: join(picturesFolder, `${name}.png`) });
}
