// From the bytes of a report to a line in the spool, and on to Anthracite. Knows neither HTTP nor folders of reports.

import { Forwarder, formatLine, type LineAddress, printable, Spool } from '@anthracite/protocol';
import { MappingThread } from '@anthracite/protocol/bridge';
import { mappingScript } from '../index';
import type { Mapped } from '../mapping';
import type { MappingOptions } from '../options';

/** How a pipeline is set up. */
export interface PipelineOptions {
  readonly address: LineAddress;
  readonly spoolFolder: string;
  readonly maxSpooled: number;
  /** Hears what went wrong, and right again, in a sentence. */
  readonly say: (text: string) => void;
}

export class Pipeline {
  readonly #thread = new MappingThread<MappingOptions, Mapped>(mappingScript);
  readonly #forwarder: Forwarder;
  readonly #say: (text: string) => void;
  #isStarted = false;
  readonly #underWay = new Set<Promise<unknown>>();

  private constructor(forwarder: Forwarder, say: (text: string) => void) {
    this.#forwarder = forwarder;
    this.#say = say;
  }

  /** Opens the spool. Rejects with the error of the file system. */
  static async open({ address, spoolFolder, maxSpooled, say }: PipelineOptions): Promise<Pipeline> {
    const spool = await Spool.open(spoolFolder, maxSpooled);
    let isFailing = false;
    const forwarder = new Forwarder({
      spool,
      address,
      observer: {
        sent: ({ rejected, reasons }) => {
          if (isFailing) say('events are sent again');
          isFailing = false;
          if (rejected > 0) say(`${rejected} lines were rejected: ${reasons.join('; ')}`);
        },
        failing: ({ message }) => {
          isFailing = true;
          say(`${printable(message)}; events wait in ${spoolFolder}`);
        },
        dropped: (lines) => say(`the spool is full: its ${lines} oldest events are lost`),
      },
    });
    return new Pipeline(forwarder, say);
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
      if (mapped.kind === 'event') await this.#keep(formatLine(mapped.event));
      return mapped;
    });
    this.#underWay.add(work);
    work.finally(() => this.#underWay.delete(work));
    return work;
  }

  /** Begins to send what is in the spool, and from now on whatever comes. */
  start(): void {
    this.#isStarted = true;
    this.#forwarder.start();
  }

  /** Sends all that is in the spool now. Rejects with a `ClientError`. */
  flush(): Promise<void> {
    return this.#forwarder.flush();
  }

  /** Resolves when all that was taken is on disk. What is not sent then waits for the next start. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#thread.close();
    await this.#forwarder.close();
  }

  async #map(body: Uint8Array, options: MappingOptions): Promise<Mapped> {
    try {
      return await this.#thread.map(body, options);
    } catch (error) {
      return { kind: 'bad', why: (error as Error).message };
    }
  }

  async #keep(line: string): Promise<void> {
    try {
      await (this.#isStarted ? this.#forwarder.submit(line) : this.#forwarder.keep(line));
    } catch (error) {
      this.#say(`an event is lost: ${printable((error as Error).message)}: ${printable(line)}`);
    }
  }
}
