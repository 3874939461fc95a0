// Requests of the access tests: with a token, or to create one.

import type { TestServer } from '../start';

/** The response to the creation of a token. */
export interface Made {
  readonly token: string;
  readonly first: boolean;
}

/** The header that presents a token. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
/** The header that presents it as the password of basic authentication. */
export const basic = (password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`grafana:${password}`).toString('base64')}`,
});

/** Requests a new token, with the token `by` or without one. */
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

/** The status of the response to a GET of the path. */
export async function status(
  server: TestServer,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  return (await server.fetch(path, { headers })).status;
}
