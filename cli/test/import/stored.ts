// The stored events and rejected lines of a server, for tests of imports.

import { command } from '../in-process';

/** An exported event, without its id. */
export interface ListedEvent {
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** A rejected line. */
export interface ListedReject {
  readonly door: string;
  readonly code: string;
  readonly line: string;
}

/** All events of a server, the oldest first. */
export async function eventsOf(url: string): Promise<ListedEvent[]> {
  const { stdout } = await command(url, ['export', '--format', 'json']);
  const { events } = JSON.parse(stdout.toString('utf8')) as { events: (ListedEvent & { id: number })[] };
  return events.map(({ id: _, ...event }) => event);
}

/** The rejected lines of a server, in order of arrival. */
export async function rejectsOf(url: string): Promise<ListedReject[]> {
  const { rejects } = (await (await fetch(`${url}/rejects`)).json()) as { rejects: ListedReject[] };
  return rejects.map(({ door, code, line }) => ({ door, code, line })).reverse();
}

/** Lines of the given number of events. */
export const manyLines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${1_467_844_481 + i} a event ${i}\n`).join('');
