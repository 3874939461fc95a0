// The URL of a live source: the address without the path of its API, and the headers that identify the user.

/** The address without a slash at its end, and the headers of each request. */
export interface SourceUrl {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
}

const apiPath = /\/(?:events(?:\/get_data)?|api\/annotations)$/;

/** Whether a URL is that of Grafana's annotations. */
export function isOfGrafana(url: string): boolean {
  return URL.canParse(url) && /\/api\/annotations\/*$/.test(new URL(url).pathname);
}

/** Reads a URL. User and password in it become basic authentication; a token takes precedence. */
export function readSourceUrl(text: string, token?: string): SourceUrl {
  const { username, password, pathname, origin } = new URL(text);
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const basic = username === '' ? undefined : `Basic ${Buffer.from(secret).toString('base64')}`;
  const authorization = token === undefined ? basic : `Bearer ${token}`;
  return {
    base: origin + pathname.replace(/\/+$/, '').replace(apiPath, ''),
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
  };
}
