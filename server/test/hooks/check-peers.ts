// What the tests of Nagios and of Icinga share: a check whose result they choose, and the spans that its problems become.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsBlock, temporaryFolder, until } from '@anthracite/testing';
import { type HookServer, startWithHooks, writer } from './hook-server';

/** A span of a problem. */
export interface Problem {
  readonly type: string;
  readonly begin: number;
  readonly end: number | null;
  readonly tags: readonly string[];
  readonly title: string;
  readonly problems: readonly string[];
}

/** A server with a hook, a folder for the program that sends, and a check. */
export class Checked {
  readonly hooks: HookServer;
  readonly folder: string;
  readonly #kind: string;

  private constructor(kind: string, hooks: HookServer) {
    this.#kind = kind;
    this.hooks = hooks;
    this.folder = temporaryFolder();
    chmodSync(this.folder, 0o755);
    writeFileSync(this.path('header'), `Authorization: Bearer ${writer}\n`);
    // Its output has what shells and comments treat specially.
    writeFileSync(this.path('check.sh'), `echo "it's <b> 50% \\$HOME; ü"; exit "$(cat "$1")"\n`);
    this.setState('host', 0);
    this.setState('http', 0);
  }

  /** Starts the server. */
  static async start(kind: string): Promise<Checked> {
    return new Checked(kind, await startWithHooks(`hooks:\n  ${kind}: {}\n`, { clock: Date.now }));
  }

  /** A path in the folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes folders. */
  makeFolders(...names: readonly string[]): void {
    for (const name of names) mkdirSync(this.path(name));
  }

  /** Sets the exit code of a check: 0 is good, 1 a warning, 2 critical. */
  setState(check: 'host' | 'http', code: number): void {
    writeFileSync(this.path(check), `${code}\n`);
  }

  /** The configuration of the docs that contains a text, with this server and its token. */
  configuration(text: string): string {
    return docsBlock('hooks.md', text)
      .replaceAll('http://anthracite.example.com:2006', this.hooks.server.url)
      .replaceAll(/\/etc\/\w+\/anthracite\.header/g, this.path('header'));
  }

  /** The spans of a type. */
  async spans(type: string): Promise<readonly Problem[]> {
    const { spans } = await this.hooks.ask(`/spans?from=-1d&until=%2B1d&type=${type}`);
    return spans as readonly Problem[];
  }

  /** Waits until all spans but the last have ended, and the last as given. */
  async becomes(type: string, count: number, isEnded: boolean): Promise<void> {
    await until(
      async () => {
        const open = (await this.spans(type)).map(({ end }) => end === null);
        return open.length === count && open.every((one, i) => one === (i === count - 1 && !isEnded));
      },
      `${count} spans ${type}, the last ${isEnded ? 'ended' : 'open'}`,
    );
  }

  /** Waits for further notifications. Fails if the server did not understand one. */
  async hears(more: number): Promise<void> {
    const count = async (): Promise<number> => {
      const { hooks } = (await this.hooks.ask('/hooks')) as {
        hooks: readonly { readonly name: string; readonly counts: Readonly<Record<string, number>> }[];
      };
      const counts = hooks.find(({ name }) => name === this.#kind)?.counts ?? {};
      expect(counts).toMatchObject({ problem: 0, refused: 0 });
      return Object.values(counts).reduce((sum, one) => sum + one, 0);
    };
    const before = await count();
    await until(async () => (await count()) >= before + more, `${more} more notifications`);
  }
}
