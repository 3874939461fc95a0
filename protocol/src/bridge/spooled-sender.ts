// What a program sends with that cannot wait for the server: a spool, a forwarder, and a voice that says what goes wrong.

import { Forwarder, type LineSender } from '../client/forwarder';
import { Spool } from '../client/spool';
import { formatLine } from '../core';
import type { Event } from '../event';
import { printable } from '../problem';

/** How it is set up. */
export interface SpooledSenderOptions {
  readonly send: LineSender;
  readonly spoolFolder: string;
  readonly maxSpooled: number;
  /** Hears what went wrong, and right again, in a sentence. */
  readonly say: (text: string) => void;
}

export class SpooledSender {
  readonly #forwarder: Forwarder;
  readonly #say: (text: string) => void;
  readonly #underWay = new Set<Promise<void>>();
  #isStarted = false;

  private constructor(forwarder: Forwarder, say: (text: string) => void) {
    this.#forwarder = forwarder;
    this.#say = say;
  }

  /** Opens the spool. Rejects with the error of the file system. */
  static async open({ send, spoolFolder, maxSpooled, say }: SpooledSenderOptions): Promise<SpooledSender> {
    const spool = await Spool.open(spoolFolder, maxSpooled);
    let isFailing = false;
    const forwarder = new Forwarder({
      spool,
      send,
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
    return new SpooledSender(forwarder, say);
  }

  /** Begins to send what is in the spool, and from now on whatever comes. */
  start(): void {
    this.#isStarted = true;
    this.#forwarder.start();
  }

  /** Takes an event, and resolves when it is on disk. One that can be neither kept nor sent is told with its line. */
  take(event: Event): Promise<void> {
    const line = formatLine(event);
    const taken: Promise<unknown> = this.#isStarted
      ? this.#forwarder.submit(line)
      : this.#forwarder.keep(line);
    const work = taken
      .then(() => {})
      .catch((error: Error) => this.#say(`an event is lost: ${printable(error.message)}: ${printable(line)}`))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    return work;
  }

  /** Sends all that was taken, now. Rejects with a `ClientError`; what was not sent is in the spool. */
  async flush(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#forwarder.flush();
  }

  /** Resolves when all that was taken is on disk. What is not sent then waits for the next start. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#forwarder.close();
  }
}
