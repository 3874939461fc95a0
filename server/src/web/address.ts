// The addresses of our own pages: what a view shows stands in them, so that it can be kept and sent to others. Pure.

/** The path and query with some parameters of `changes` replaced, and those of them that are null left out. */
export function withParameters(
  address: string,
  changes: Readonly<Record<string, string | readonly string[] | null>>,
): string {
  const url = new URL(address, 'http://localhost');
  for (const [name, values] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const value of [values ?? []].flat()) url.searchParams.append(name, value);
  }
  // Signs that mean nothing in a query stand as they are: people read addresses.
  const query = url.searchParams.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return url.pathname + (query === '' ? '' : `?${query}`);
}

/** The same with a value added to those that a parameter has, if it is not among them. The list begins anew. */
export function withValue(address: string, name: string, value: string): string {
  const known = new URL(address, 'http://localhost').searchParams.getAll(name);
  return withParameters(address, {
    [name]: known.includes(value) ? known : [...known, value],
    ...fromTheTop,
  });
}

/** What makes a list begin at its first page. */
export const fromTheTop = { after: null, before: null } as const;

/** The address of an event's page. */
export function eventAddress(id: number): string {
  return `/events/${id}`;
}
