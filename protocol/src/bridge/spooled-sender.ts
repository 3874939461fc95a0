// Sends events of a program that cannot wait for the server: through a spool, with messages about problems.

import { ClientError } from '../client/client-error';
import { Forwarder, type LineSender } from '../client/forwarder';
import { Spool } from '../client/spool';
import { formatLine } from '../core';
import type { Event } from '../event';
import { printable } from '../problem';

/** Options of the sender. */
export interface SpooledSenderOptions {
  readonly send: LineSender;
  readonly spoolFolder: string;
  readonly maxSpooled: number;
  /** Called with a message when a problem starts or ends. */
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
    let lastFailure = '';
    const forwarder = new Forwarder({
      spool,
      send,
      observer: {
        sent: ({ rejected, reasons }) => {
          if (lastFailure !== '') say('events can be sent again');
          lastFailure = '';
          if (rejected > 0) say(`${rejected} lines were rejected: ${reasons.join('; ')}`);
        },
        failing: (error) => {
          // Reports a repeated failure once. File names in messages differ, so the code is compared.
          const { message, code } = error as NodeJS.ErrnoException;
          const failure = error instanceof ClientError ? message : (code ?? message);
          if (failure !== lastFailure) say(`${printable(message)}; events wait in ${spoolFolder}`);
          lastFailure = failure;
        },
        dropped: (lines) => say(`the spool is full, so its oldest events were dropped: ${lines}`),
        refused: (path, { message }) => say(`${printable(message)}; the event is kept in ${path}`),
      },
    });
    return new SpooledSender(forwarder, say);
  }

  /** Starts sending: the events of the spool, then all further events. */
  start(): void {
    this.#isStarted = true;
    this.#forwarder.start();
  }

  /** Submits an event, and resolves when it is on disk or sent. Rejects if both fail. */
  submit(event: Event): Promise<void> {
    const line = formatLine(event);
    const taken: Promise<unknown> = this.#isStarted
      ? this.#forwarder.submit(line)
      : this.#forwarder.keep(line);
    const work = taken.then(() => {});
    const settled = work.catch(() => {}).finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
    return work;
  }

  /** Submits an event that cannot be submitted again: if it is lost, a message contains its line. Never rejects. */
  take(event: Event): Promise<void> {
    return this.submit(event).catch(({ message }: Error) =>
      this.#say(`an event is lost: ${printable(message)}: ${printable(formatLine(event))}`),
    );
  }

  /** Sends all submitted events now. Rejects with a `ClientError`; unsent events are in the spool. */
  async flush(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#forwarder.flush();
  }

  /** Resolves when all submitted events are on disk. Unsent events wait for the next start. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#forwarder.close();
  }
}
