// Finds the cause of network errors.

import { printable } from '../problem';

/** The shortest description of a network error: its code, or its message. */
export function causeOf(error: NodeJS.ErrnoException): string {
  return printable(error.code ?? error.message);
}

/** The original error: Node wraps it, and a name with several addresses gives a list of errors. */
export function rootOf(error: unknown): NodeJS.ErrnoException {
  let root = error as Error & { readonly errors?: readonly Error[] };
  for (let depth = 0; depth < 5; depth++) {
    const next = root.errors?.[0] ?? root.cause;
    if (typeof next !== 'object' || next === null) break;
    root = next as Error;
  }
  return root;
}
