// Defines the position of a live stream: the last event and the last change that it has reported. Outside of the
// answers it is an opaque text.

/** A place in the order in which events were stored and changed; an opaque text. */
export type Position = string & { readonly [brand]: true };
declare const brand: unique symbol;

/** The last event and the last change; 0 if none exists. */
export interface Place {
  readonly event: number;
  readonly change: number;
}

/** A place as a position. */
export function toPosition({ event, change }: Place): Position {
  return `${event}.${change}` as Position;
}

/** Parses a text of `toPosition`; null for anything else. */
export function readPosition(text: string): Position | null {
  return form.test(text) ? (text as Position) : null;
}

/** The place of a position. */
export function toPlace(position: Position): Place {
  const [, event, change] = form.exec(position) ?? [];
  return { event: Number(event), change: Number(change) };
}

const form = /^(\d{1,15})\.(\d{1,15})$/;
