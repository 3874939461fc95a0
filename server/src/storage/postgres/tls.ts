// The TLS options of an address.

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { modeFor, type PostgresAddress, type PostgresHost } from '../../postgres-address';

/** The options of TLS for a host; false for none. Throws when a file cannot be read. */
export function tlsOf(address: PostgresAddress, { host }: PostgresHost): ConnectionOptions | false {
  const mode = modeFor(address, host);
  if (mode === 'disable') return false;
  const read = (file: string | null): string | undefined =>
    file === null ? undefined : readFileSync(file, 'utf8');
  const files = {
    ca: read(address.rootCertificate),
    cert: read(address.certificate),
    key: read(address.key),
  };
  const given = Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined));
  if (mode === 'verify-full') return given;
  // As libpq: with an authority, `require` verifies it.
  if (mode === 'verify-ca' || files.ca !== undefined)
    return { ...given, checkServerIdentity: () => undefined };
  return { ...given, rejectUnauthorized: false };
}
