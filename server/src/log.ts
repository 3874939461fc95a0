// The server's log: one JSON object a line, on standard error.

import { type Logger, pino } from 'pino';

export type { Logger };

/** Texts of strangers go into fields of the object, never into the message. */
export function createLogger(level: string): Logger {
  return pino({ level }, pino.destination({ dest: 2, sync: true }));
}
