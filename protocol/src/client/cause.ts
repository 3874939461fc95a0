// What went wrong on the network, below the errors that wrap it.

import { printable } from '../problem';

/** What an error of the network means, in its shortest form: its code, or its message. */
export function causeOf(error: NodeJS.ErrnoException): string {
  return printable(error.code ?? error.message);
}

/** The error below an error: fetch() wraps what went wrong, and several addresses of one name make a list of errors. */
export function rootOf(error: unknown): NodeJS.ErrnoException {
  let root = error as Error & { readonly errors?: readonly Error[] };
  for (let depth = 0; depth < 5; depth++) {
    const next = root.errors?.[0] ?? root.cause;
    if (typeof next !== 'object' || next === null) break;
    root = next as Error;
  }
  return root;
}
