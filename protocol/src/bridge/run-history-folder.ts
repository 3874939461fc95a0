// Remembers on disk which hosts fail, one file per host, in a folder of the spool. The Ruby senders use the same files.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Followed, followRun, type HostRun, type HostState, readHostState } from '../change/run-history';
import type { Event } from '../event';

export class RunHistoryFolder {
  readonly #folder: string;
  readonly #say: (text: string) => void;
  #last: Promise<unknown> = Promise.resolve();

  /** `folder` is the folder of the spool. `say` gets a message if it cannot be used. */
  constructor(folder: string, say: (text: string) => void) {
    this.#folder = join(folder, 'runs');
    this.#say = say;
  }

  /** True if a successful run of the host may be the end of a failure. */
  knows(run: HostRun): boolean {
    return existsSync(this.#fileOf(run));
  }

  /**
   * Processes a run, after the earlier ones, and passes each of its events to `submit`. `now` is the current time in
   * milliseconds since the epoch. The state of the host is stored after all events are submitted. Rejects with the error of
   * `submit`; then nothing is stored, and the same run can be passed again.
   */
  follow(
    run: HostRun | null,
    event: Event | null,
    now: number,
    submit: (event: Event) => Promise<void>,
  ): Promise<Followed> {
    const work = this.#last.then(async () => {
      const followed = followRun(run === null ? null : this.#read(run), run, event, now);
      for (const one of followed.events) await submit(one);
      if (run !== null) this.#keep(run, followed.state);
      return followed;
    });
    this.#last = work.catch(() => {});
    return work;
  }

  #keep(run: HostRun, state: HostState | null): void {
    const file = this.#fileOf(run);
    try {
      if (state === null) {
        rmSync(file, { force: true });
        return;
      }
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      this.#say(
        `the state of a host cannot be stored, so its repeated failures are all sent: ${(error as Error).message}`,
      );
    }
  }

  #read(run: HostRun): HostState | null {
    try {
      return readHostState(readFileSync(this.#fileOf(run), 'utf8'));
    } catch {
      return null;
    }
  }

  #fileOf({ tool, host }: HostRun): string {
    return join(this.#folder, `${tool}-${createHash('sha256').update(host).digest('hex').slice(0, 16)}.json`);
  }
}
