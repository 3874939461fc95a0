// Requests pages like a browser with JavaScript off, and reads their content.

import type { TestServer } from '../start';

/** The response with a page. */
export interface AnsweredPage {
  readonly status: number;
  /** The target of a redirect; `''` otherwise. */
  readonly location: string;
  readonly html: string;
  /** Its text, without markup, with single spaces. */
  readonly text: string;
  readonly headers: Headers;
}

const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** Requests a page. */
export async function visit(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<AnsweredPage> {
  return read(await server.fetch(path, { headers: { accept, ...headers }, redirect: 'manual' }));
}

/** Sends a form. */
export async function send(
  server: TestServer,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<AnsweredPage> {
  const body = new URLSearchParams(fields);
  const response = await server.fetch(path, {
    method: 'POST',
    body,
    headers: { accept, origin: server.url, 'sec-fetch-site': 'same-origin', ...headers },
    redirect: 'manual',
  });
  return read(response);
}

async function read(response: Response): Promise<AnsweredPage> {
  const html = await response.text();
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    html,
    text: unescaped(html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' '),
    headers: response.headers,
  };
}

/** The ids of the events in a table, from top to bottom. */
export function idsOf({ html }: AnsweredPage): number[] {
  return [...html.matchAll(/<tr class="event[^>]* data-id="(\d+)"/g)].map((match) => Number(match[1]));
}

/** The URL of the link with a name; `''` without one. */
export function linkOf({ html }: AnsweredPage, name: string): string {
  const links = [...html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g)];
  return unescaped(links.find((match) => match[2] === name)?.[1] ?? '');
}

/** The content of a field of a form, outside the header. */
export function fieldOf({ html: whole }: AnsweredPage, name: string): string {
  const html = whole.replace(/<header class="site">.*?<\/header>/s, '');
  const area = new RegExp(`<textarea[^>]* name="${name}"[^>]*>\\n?([^<]*)</textarea>`).exec(html);
  if (area) return unescaped(area[1] ?? '');
  const input = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0] ?? '';
  return unescaped(/ value="([^"]*)"/.exec(input)?.[1] ?? '');
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}
