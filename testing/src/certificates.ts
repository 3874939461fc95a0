// Certificates for tests of TLS, made with openssl.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folders';
import { hasProgram, needs } from './peers';

/** `test` where openssl is installed. */
export const withOpenssl = needs('openssl', hasProgram('openssl', 'version'));

/** A certificate and its key, as PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of a test. */
export interface Authority extends Certificate {
  /** Issues a certificate for `localhost` and 127.0.0.1. With -1 days, it has expired. */
  issue(name: string, days?: number): Certificate;
}

const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
};
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Creates an authority in a temporary folder. */
export function createAuthority(name: string): Authority {
  const folder = temporaryFolder();
  const file = (suffix: string): string => join(folder, suffix);
  const own = { certificate: file('ca.pem'), key: file('ca.key') };
  openssl('req', '-x509', ...newKey, '-keyout', own.key, '-out', own.certificate, '-subj', `/CN=${name}`);
  return {
    ...own,
    issue: (subject, days = 30) => {
      const issued = { certificate: file(`${subject}.pem`), key: file(`${subject}.key`) };
      const extensions = file(`${subject}.ext`);
      writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
      const request = file(`${subject}.csr`);
      openssl('req', ...newKey, '-keyout', issued.key, '-out', request, '-subj', `/CN=${subject}`);
      openssl(
        ...['x509', '-req', '-in', request, '-out', issued.certificate],
        ...['-CA', own.certificate, '-CAkey', own.key, '-CAcreateserial'],
        ...['-days', String(days), '-extfile', extensions],
      );
      return issued;
    },
  };
}
