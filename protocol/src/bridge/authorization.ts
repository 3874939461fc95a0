// Reads the header `Authorization`. Pure.

/** What the header has: a token, or the user name and the password of basic authentication, with a colon between them. */
export interface Authorization {
  readonly scheme: 'bearer' | 'basic';
  readonly text: string;
}

/** The content of the header; null without it, and for other schemes. */
export function readAuthorization(header: string | undefined): Authorization | null {
  const [, scheme = '', given = ''] = /^(bearer|basic) +(\S+)$/i.exec(header?.trim() ?? '') ?? [];
  if (given === '') return null;
  return scheme.toLowerCase() === 'bearer'
    ? { scheme: 'bearer', text: given }
    : { scheme: 'basic', text: Buffer.from(given, 'base64').toString('utf8') };
}
