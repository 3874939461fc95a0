// From the bytes of a report to a line in the spool, and on to Anthracite. Knows neither HTTP nor folders of reports.

import { printable } from '@anthracite/protocol';
import { MappingThread, SpooledSender, type SpooledSenderOptions } from '@anthracite/protocol/bridge';
import { mappingScript } from '../index';
import type { Mapped } from '../mapping';
import type { MappingOptions } from '../options';

export class Pipeline {
  readonly #thread = new MappingThread<MappingOptions, Mapped>(mappingScript);
  readonly #sender: SpooledSender;
  readonly #say: (text: string) => void;
  readonly #underWay = new Set<Promise<unknown>>();

  private constructor(sender: SpooledSender, say: (text: string) => void) {
    this.#sender = sender;
    this.#say = say;
  }

  /** Opens the spool. Rejects with the error of the file system. */
  static async open(options: SpooledSenderOptions): Promise<Pipeline> {
    return new Pipeline(await SpooledSender.open(options), options.say);
  }

  /** True when a report of so many bytes must be refused, because too much waits already. */
  isFull(bytes: number): boolean {
    return this.#thread.isFull(bytes);
  }

  /** Maps a report, and resolves when its event, if it has one, is on disk. Never rejects. */
  take(body: Uint8Array, options: MappingOptions, origin: string): Promise<Mapped> {
    const work = this.#map(body, options).then(async (mapped) => {
      if (mapped.kind === 'bad') {
        this.#say(`the report of ${printable(origin)} is not understood: ${mapped.why}`);
      }
      if (mapped.kind === 'event') await this.#sender.take(mapped.event);
      return mapped;
    });
    this.#underWay.add(work);
    work.finally(() => this.#underWay.delete(work));
    return work;
  }

  /** Begins to send what is in the spool, and from now on whatever comes. */
  start(): void {
    this.#sender.start();
  }

  /** Sends all that is in the spool now. Rejects with a `ClientError`. */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /** Resolves when all that was taken is on disk. What is not sent then waits for the next start. */
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
