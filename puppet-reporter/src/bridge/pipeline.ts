// Maps a report and spools its event, for the commands watch and send.

import { type Event, printable } from '@anthracite/protocol';
import {
  MappingThread,
  RunHistoryFolder,
  SpooledSender,
  type SpooledSenderOptions,
} from '@anthracite/protocol/bridge';
import { mappingScript } from '../index';
import type { Mapped } from '../mapping';
import type { MappingOptions } from '../options';

export class Pipeline {
  readonly #thread = new MappingThread<MappingOptions, Mapped>(mappingScript);
  readonly #sender: SpooledSender;
  readonly #say: (text: string) => void;
  readonly #runs: RunHistoryFolder;
  readonly #underWay = new Set<Promise<unknown>>();

  private constructor(sender: SpooledSender, runs: RunHistoryFolder, say: (text: string) => void) {
    this.#sender = sender;
    this.#runs = runs;
    this.#say = say;
  }

  /** Opens the spool. Rejects with an error of the file system. */
  static async open(options: SpooledSenderOptions): Promise<Pipeline> {
    const runs = new RunHistoryFolder(options.spoolFolder, options.say);
    return new Pipeline(await SpooledSender.open(options), runs, options.say);
  }

  /** Maps a report, and resolves when its event, if any, is on disk. Rejects if the event can be neither spooled nor sent. */
  take(body: Uint8Array, options: MappingOptions, origin: string): Promise<Mapped> {
    const work = this.#map(body, options).then(async (mapped) => {
      if (mapped.kind === 'bad') {
        this.#say(`the report ${printable(origin)} is not valid: ${mapped.why}`);
      } else {
        const event = mapped.kind === 'event' ? mapped.event : null;
        const submit = (one: Event): Promise<void> => this.#sender.submit(one);
        const { isFolded } = await this.#runs.follow(mapped.run, event, Date.now(), submit);
        if (isFolded) return { kind: 'skipped', why: 'folded', run: mapped.run } as const;
      }
      return mapped;
    });
    const settled = work.catch(() => {}).finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
    return work;
  }

  /** Starts sending: the events of the spool, then all further events. */
  start(): void {
    this.#sender.start();
  }

  /** Sends all events of the spool now. Rejects with a `ClientError`. */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /** Resolves when all events are on disk. Unsent events wait for the next start. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#thread.close();
    await this.#sender.close();
  }

  async #map(body: Uint8Array, options: MappingOptions): Promise<Mapped> {
    try {
      return await this.#thread.map(body, options);
    } catch (error) {
      return { kind: 'bad', why: (error as Error).message };
    }
  }
}
