// Messages between a DiskWriter and its thread. Pure.

/** A request to the thread. `end` ends it after all earlier requests. */
export type DiskRequest =
  | { readonly kind: 'write'; readonly name: string; readonly parts: readonly Uint8Array[] }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'end' };

/** A message of the thread: it has started, or the result of a write (null, or the code of the error). */
export type DiskReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly name: string; readonly error: string | null };
