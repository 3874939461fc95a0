// Converts errors of PostgreSQL, and of the connection to it, into errors of a store. Pure.

import { StoreError, type StoreErrorCode } from '../store-error';
import { Disconnected, NoPrimary } from './connection';
import { newerSchemaState } from './migrations';

// SQLSTATE, or its beginning -> code. The first that fits.
const codes: readonly (readonly [string, StoreErrorCode])[] = [
  [newerSchemaState, 'DATABASE_NEWER'],
  ['53100', 'DATABASE_FULL'],
  ['53', 'DATABASE_BUSY'],
  ['55P03', 'DATABASE_BUSY'],
  ['40', 'DATABASE_BUSY'],
  ['25006', 'DATABASE_READ_ONLY'],
  ['28', 'DATABASE_DENIED'],
  ['42501', 'DATABASE_DENIED'],
  ['3D000', 'DATABASE_DENIED'],
  ['08', 'DATABASE_UNREACHABLE'],
  ['57P', 'DATABASE_UNREACHABLE'],
];
const unreachable = /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ENOENT|EACCES)/;

/** Converts an error. `shown` is the address without its password. */
export function fromPostgres(error: unknown, shown: string, known = 0): StoreError {
  if (error instanceof StoreError) return error;
  const state = stateOf(error);
  const message = messageOf(error);
  const cause = state === '' ? message : `${state}: ${message}`;
  const code = codeOf(error, state);
  if (code === 'DATABASE_NEWER') return new StoreError(code, { file: shown, version: message, known });
  return new StoreError(code, { file: shown, cause });
}

function codeOf(error: unknown, state: string): StoreErrorCode {
  if (error instanceof Disconnected || error instanceof NoPrimary) return 'DATABASE_UNREACHABLE';
  if (unreachable.test(state) || /timeout expired|Connection terminated/.test(String(error)))
    return 'DATABASE_UNREACHABLE';
  if (/password|SASL/.test(String(error))) return 'DATABASE_DENIED';
  return codes.find(([beginning]) => state.startsWith(beginning))?.[1] ?? 'DATABASE_FAILED';
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

/** The SQLSTATE of an error of the server, or the code of an error of the system; empty without one. */
export function stateOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
