// A story of alerts: a server with a hook, an Alertmanager that sends to it, and the spans that it should become.

import { until } from '@anthracite/testing';
import { type Alertmanager, type AlertmanagerOptions, startAlertmanager } from './alert-peers';
import { type HookServer, startWithHooks, writer } from './hook-server';

/** A span: its start, its end, and the tag of an end that was not reported. */
export type ToldSpan = readonly [number, number | null, string?];

/** How a story begins. */
export interface StoryOptions extends Partial<Omit<AlertmanagerOptions, 'hook' | 'token'>> {
  /** Options of the hook. */
  readonly options?: string;
  /** True for a server of its own, whose clock can be moved, and which can be stopped. */
  readonly isAlone?: boolean;
}

// Stories share a server, which takes a second of processor time to start.
const maxStories = 30;
let shared: Promise<HookServer> | null = null;
let stories = 0;

const hookOf = (n: number, options = ''): string =>
  `  story-${n}: { kind: alertmanager, tags: ["story=${n}"]${options === '' ? '' : `, ${options}`} }\n`;

/** A story. Times in milliseconds since the epoch. */
export class Story {
  hooks: HookServer;
  readonly alertmanager: Alertmanager;
  /** The address of the hook. */
  readonly path: string;
  /** An instant in the recent past, a whole second. */
  readonly begin = Math.floor(Date.now() / 1_000) * 1_000 - 120_000;
  readonly #n: number;
  readonly #options: StoryOptions;
  #shift = 0;

  private constructor(n: number, options: StoryOptions, hooks: HookServer, alertmanager: Alertmanager) {
    this.#n = n;
    this.#options = options;
    this.hooks = hooks;
    this.alertmanager = alertmanager;
    this.path = `/hooks/story-${n}`;
  }

  /** Starts the Alertmanager, and a server if it needs one of its own. */
  static async start(options: StoryOptions = {}): Promise<Story> {
    const n = ++stories;
    let story: Story | null = null;
    const clock = (): number => Date.now() + (story?.shift ?? 0);
    const isAlone = options.isAlone === true || options.options !== undefined;
    const all = Array.from({ length: maxStories }, (_none, i) => hookOf(i + 1));
    if (!isAlone) shared ??= startWithHooks(`hooks:\n${all.join('')}`, { clock: Date.now });
    const hooks = await (isAlone || shared === null
      ? startWithHooks(`hooks:\n${hookOf(n, options.options)}`, { clock })
      : shared);
    const hook = `${hooks.server.url}/hooks/story-${n}`;
    const alertmanager = await startAlertmanager({ hook, token: writer, ...options });
    story = new Story(n, options, hooks, alertmanager);
    return story;
  }

  /** By how much the clock of the server is ahead. */
  get shift(): number {
    return this.#shift;
  }

  /** Moves the clock of the server ahead, and ends what no message reports any more. */
  async pass(ms: number): Promise<void> {
    this.#shift += ms;
    await this.hooks.server.app.desk.endStale();
  }

  /** Starts the server again after it was stopped, with the same file and the same port. */
  async serveAgain(): Promise<void> {
    const { url, database } = this.hooks.server;
    const settings = { database, http: new URL(url).host };
    this.hooks = await startWithHooks(`hooks:\n${hookOf(this.#n, this.#options.options)}`, {
      clock: () => Date.now() + this.#shift,
      settings,
    });
  }

  /** The spans, in order of their start and end. */
  async spans(): Promise<readonly ToldSpan[]> {
    const { spans } = (await this.hooks.ask(
      `/spans?from=-1d&until=%2B3d&limit=1000&all=story=${this.#n}`,
    )) as {
      readonly spans: readonly {
        readonly begin: number;
        readonly end: number | null;
        readonly tags: readonly string[];
        readonly problems: readonly string[];
      }[];
    };
    expect(spans.flatMap(({ problems }) => problems)).toEqual([]);
    return spans
      .map(({ begin, end, tags }): ToldSpan => {
        const guess = end === null ? undefined : tags.find((tag) => tag.startsWith('end='));
        return guess === undefined ? [begin, end] : [begin, end, guess];
      })
      .sort((one, other) => one[0] - other[0] || (one[1] ?? Infinity) - (other[1] ?? Infinity));
  }

  /** Waits until the spans are as expected; -1 is any instant. */
  async becomes(...expected: readonly ToldSpan[]): Promise<void> {
    const told = JSON.stringify(expected);
    const found = async (): Promise<readonly unknown[]> =>
      (await this.spans()).map((span, n) =>
        span.map((value, i) => (value !== null && expected[n]?.[i] === -1 ? -1 : value)),
      );
    await until(async () => JSON.stringify(await found()) === told, told).catch(() => {});
    expect(await found()).toEqual(expected);
  }

  /** The number of deliveries since the server started. Fails if the server did not understand one. */
  async deliveries(): Promise<number> {
    const { hooks } = (await this.hooks.ask('/hooks')) as {
      hooks: readonly { readonly name: string; readonly counts: Readonly<Record<string, number>> }[];
    };
    const counts = hooks.find(({ name }) => name === `story-${this.#n}`)?.counts ?? {};
    expect(counts).toMatchObject({ problem: 0, refused: 0 });
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** Waits until this number of further deliveries have arrived. */
  async hears(more = 1): Promise<void> {
    const before = await this.deliveries();
    await until(async () => (await this.deliveries()) >= before + more, `${more} more deliveries`);
  }

  /** Ends the programs, after the spans were as expected. */
  async ends(...expected: readonly ToldSpan[]): Promise<void> {
    await this.becomes(...expected);
    expect(await this.deliveries()).toBeGreaterThan(0);
    await this.alertmanager.stop();
    expect((await this.hooks.ask('/rejects'))['rejects']).toEqual([]);
    await this.becomes(...expected);
  }
}
