// Reads the certificate and the key of the server, and passes new ones to the listeners. Does not listen.

import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls';
import { SettingError } from './setting-error';
import { readSettingFile } from './setting-file';
import type { SettingName, Settings } from './settings';

/** The content of the files of the settings. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Certificate authorities of senders of lines; null if these need no certificate. */
  readonly clientCa: string | null;
  /** When the certificate expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The files of the settings; null if no listener uses TLS. Throws a `SettingError` if a file is missing or wrong. */
export function readTlsFiles(settings: Settings): TlsFiles | null {
  const user = (['https', 'tcp-tls'] as const).find((name) => settings[name].length > 0);
  // systemd may pass the sockets.
  if (user === undefined && settings['tls-certificate'] === '') return null;
  for (const name of ['tls-certificate', 'tls-key'] as const) {
    if (settings[name] === '')
      throw new SettingError(`${user ?? 'tls-certificate'} needs the setting ${name}: a PEM file`);
  }
  const certificate = readSettingFile('tls-certificate', settings['tls-certificate']);
  const key = readSettingFile('tls-key', settings['tls-key']);
  const clientCaFile = settings['tcp-tls-client-ca'];
  const clientCa = clientCaFile === '' ? null : readSettingFile('tcp-tls-client-ca', clientCaFile);
  const { expiresAt } = parse('tls-certificate', settings, certificate);
  if (clientCa !== null) parse('tcp-tls-client-ca', settings, clientCa);
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new SettingError(
      `tls-key: ${settings['tls-key']} is not the key of ${settings['tls-certificate']}: ${(error as Error).message}`,
    );
  }
  return { certificate, key, clientCa, expiresAt };
}

function parse(name: SettingName, settings: Settings, text: string): { expiresAt: number } {
  try {
    return { expiresAt: Date.parse(new X509Certificate(text).validTo) };
  } catch (error) {
    throw new SettingError(
      `${name}: the file ${String(settings[name])} has no certificate in PEM: ${(error as Error).message}`,
    );
  }
}

/** The files in use, and the listeners that use them. */
export class TlsInUse {
  readonly #renewals: (() => void)[] = [];
  #files: TlsFiles;

  constructor(files: TlsFiles) {
    this.#files = files;
  }

  /** When the certificate expires, in milliseconds since the epoch. */
  get expiresAt(): number {
    return this.#files.expiresAt;
  }

  /** True if senders of lines need a certificate. */
  get needsClientCertificate(): boolean {
    return this.#files.clientCa !== null;
  }

  /** The options of a server for HTTP. */
  get forHttp(): SecureContextOptions {
    const { certificate, key } = this.#files;
    return { cert: certificate, key, minVersion: 'TLSv1.2' };
  }

  /** The options of a server for lines. */
  get forLines(): SecureContextOptions {
    const { clientCa } = this.#files;
    return { ...this.forHttp, ...(clientCa !== null && { ca: clientCa }) };
  }

  /** Gives a server the new files whenever they change. Open connections keep the files that they started with. */
  follow(server: Server, options: () => SecureContextOptions): void {
    this.#renewals.push(() => server.setSecureContext(options()));
  }

  /** Uses other files for new connections. */
  replace(files: TlsFiles): void {
    this.#files = files;
    for (const renew of this.#renewals) renew();
  }
}
