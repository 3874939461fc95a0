// Defines what every tool provides that sends reports to its own path. A new tool is one file, one line in `tools.ts`
// and one page of the docs. Independent of HTTP.

import type { IncomingHttpHeaders } from 'node:http';
import type { ReportBody, ReportOrigin, TakeOutcome } from '@anthracite/protocol/bridge';
import type { Option, OptionValues } from '@anthracite/protocol/change';

/** A table of options, by name. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** A body that a tool sent. */
export interface Delivery<Options = Readonly<Record<string, unknown>>> {
  readonly body: ReportBody;
  readonly headers: IncomingHttpHeaders;
  readonly options: Options;
  /** The sender: address and port. */
  readonly peer: string;
}

/**
 * The result of a delivery. `kept`: its content will be stored, even after a crash. `full`: too much is waiting.
 * `failed`: it could not be kept. `foreign`: the body does not start like one of this tool.
 */
export type Taken =
  | { readonly kind: 'kept' | 'full' | 'failed' }
  | { readonly kind: 'foreign'; readonly begin: string };

/**
 * The answer that the client of a tool understands when nothing can be accepted: 503 with `Retry-After`; 503 without,
 * because the client would wait within its run; or 429, which does not fail its run.
 */
export type BusyAnswer = 'retry' | 'no_retry' | 'too_many';

/** A tool that sends deliveries. */
export interface Tool<Table extends OptionTable = OptionTable> {
  /** Such as `puppet`: the door of its events, in metrics and rejected lines. */
  readonly name: string;
  /** The purpose of its route, in one sentence. */
  readonly summary: string;
  readonly paths: readonly string[];
  /** The role of its token; `signature` if the body is signed instead, see `isSigned`. */
  readonly needs: 'write' | 'signature';
  /** Whether the body has a valid signature. Checked first, for tools that need a `signature`. */
  isSigned?(body: ReportBody, headers: IncomingHttpHeaders): boolean;
  readonly maxBytes: number;
  /** Options in the query of its URL. */
  readonly options: Table;
  /** The meanings of its answers, by status. */
  readonly answers: Readonly<Record<number, string>>;
  /** Takes a delivery. The tool owns its body from then on. */
  take(delivery: Delivery<OptionValues<Table>>): Promise<Taken>;
  busyAnswer(headers: IncomingHttpHeaders): BusyAnswer;
  /** Records a delivery that is refused before it has arrived completely; `begin` holds the bytes so far. */
  refuse(begin: Buffer, origin: Omit<ReportOrigin, 'host'>, why: string): void;
  /** Stores what is waiting, for at most this many milliseconds. The rest stays on disk for the next start. */
  close(maxMs: number): Promise<void>;
}

/** Converts the result of the queue on disk. */
export function takenOf(outcome: TakeOutcome): Taken {
  return { kind: outcome === 'slow' ? 'failed' : outcome };
}
