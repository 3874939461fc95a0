// Addresses of our own pages. An address contains everything that a view shows, so it can be shared. Pure.

/** The path and query with the parameters of `changes` replaced; null removes a parameter. */
export function withParameters(
  address: string,
  changes: Readonly<Record<string, string | readonly string[] | null>>,
): string {
  const url = new URL(address, 'http://localhost');
  for (const [name, values] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const value of [values ?? []].flat()) url.searchParams.append(name, value);
  }
  // Characters without a meaning in a query are not encoded, because people read addresses.
  const query = url.searchParams.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return url.pathname + (query === '' ? '' : `?${query}`);
}

/** The address with a value added to a repeated parameter, unless it has that value. The list starts at its first page. */
export function withValue(address: string, name: string, value: string): string {
  const known = new URL(address, 'http://localhost').searchParams.getAll(name);
  return withParameters(address, {
    [name]: known.includes(value) ? known : [...known, value],
    ...fromTheTop,
  });
}

/** Changes that lead to the first page of a list. */
export const fromTheTop = { after: null, before: null } as const;

/** The address of an event's page. */
export function eventAddress(id: number): string {
  return `/events/${id}`;
}
