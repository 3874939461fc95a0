// How the tests of access ask: with a token, or for one.

import type { TestServer } from '../start';

/** The answer to the making of a token. */
export interface Made {
  readonly token: string;
  readonly first: boolean;
}

/** The header that presents a token. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
/** The header that presents it as a password. */
export const basic = (password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`grafana:${password}`).toString('base64')}`,
});

/** Asks for a new token, with the token `by` or none. */
export function make(server: TestServer, name: string, roles: readonly string[], by = ''): Promise<Response> {
  const body = JSON.stringify({ name, roles });
  const headers = { accept: 'application/json', ...(by !== '' && bearer(by)) };
  return server.fetch('/tokens', { method: 'POST', body, headers });
}

/** A new token. */
export async function made(
  server: TestServer,
  name: string,
  roles: readonly string[],
  by = '',
): Promise<string> {
  const response = await make(server, name, roles, by);
  expect(response.status).toBe(201);
  return ((await response.json()) as Made).token;
}

/** The status that a path answers with. */
export async function status(
  server: TestServer,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  return (await server.fetch(path, { headers })).status;
}
