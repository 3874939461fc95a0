// What the threads that read PostgreSQL have in common: their data, their connection, their errors.

import type { PostgresAddress } from '../../../postgres-address';
import { StoreError } from '../../store-error';
import { Connection } from '../connection';
import { PostgresAsker } from '../postgres-asker';
import { fromPostgres, stateOf } from '../postgres-error';

/** The data that a thread is started with. */
export interface ReadingThreadData {
  readonly address: PostgresAddress;
  /** The password of the address, unless it has one. */
  readonly password: string | null;
  /** The address without its password, for errors. */
  readonly shown: string;
}

// Longer statements would keep a thread from other questions.
const statementSeconds = 10;
const canceledState = '57014';

/** Creates the asker of a thread. */
export function createAsker({ address, password }: ReadingThreadData): PostgresAsker {
  return new PostgresAsker({
    schema: address.schema,
    open: () => Connection.open(address, { password }),
    statementMs: statementSeconds * 1_000,
  });
}

/** Converts an error of reading. */
export function explainReading(error: unknown, { shown }: ReadingThreadData): StoreError {
  return stateOf(error) === canceledState
    ? new StoreError('QUERY_TOO_SLOW', { seconds: statementSeconds })
    : fromPostgres(error, shown);
}
