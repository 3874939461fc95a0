// Parses the address of a PostgreSQL database, such as postgres://user@a:5432,b:5432/events. Its password is never shown. Pure.

/** Where a server may be. A host that starts with `/` is the folder of a Unix socket. */
export interface PostgresHost {
  readonly host: string;
  readonly port: number;
}

/** How a connection is encrypted, as libpq means it. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** An address. */
export interface PostgresAddress {
  /** Tried in this order: the first that accepts writes is used. */
  readonly hosts: readonly PostgresHost[];
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string | null;
  /** The schema of all tables. */
  readonly schema: string;
  /** Null: `verify-full` for hosts that are not this machine, and `disable` for those that are. */
  readonly sslMode: SslMode | null;
  /** Files of the authority, and of the certificate and key of this client. */
  readonly rootCertificate: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

const sslModes: readonly SslMode[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];
const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'schema', 'host'] as const;
const form = /^postgres(?:ql)?:\/\/(?:([^/?#@]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const hostForm = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*)(?::(\d{1,5}))?$/;
const schemaForm = /^[a-z_][a-z0-9_]{0,62}$/;
const defaultPort = 5432;

/** Whether a setting means PostgreSQL. */
export function isPostgresAddress(database: string): boolean {
  return /^postgres(ql)?:/i.test(database);
}

/** Parses an address; a sentence says what is wrong with it, without its password. */
export function parsePostgresAddress(text: string): PostgresAddress | string {
  const [matched, account, hosts = '', database = '', search = ''] = form.exec(text) ?? [];
  if (matched === undefined)
    return 'the address is not of the form postgres://USER@HOST:PORT/DATABASE; write special characters of names and passwords as %XX';
  try {
    const { user, password } = accountOf(account);
    const values = new Map<string, string>();
    for (const pair of search.split('&').filter((one) => one !== '')) {
      const [name = '', value = ''] = splitAt(pair, '=');
      if (!parameters.some((one) => one === name))
        return `the address has an unknown parameter ${name}; known are ${parameters.join(', ')}`;
      values.set(name, decodeURIComponent(value));
    }
    const sslMode = values.get('sslmode') ?? null;
    if (sslMode !== null && !isSslMode(sslMode)) return `sslmode must be one of ${sslModes.join(', ')}`;
    const schema = values.get('schema') ?? 'anthracite';
    if (!schemaForm.test(schema))
      return 'schema must have lower-case letters, digits and _ only, at most 63, and must not start with a digit';
    const list = hostsOf(hosts, values.get('host'));
    if (typeof list === 'string') return list;
    return {
      hosts: list,
      user,
      password,
      database: database === '' ? null : decodeURIComponent(database),
      schema,
      sslMode,
      rootCertificate: values.get('sslrootcert') ?? null,
      certificate: values.get('sslcert') ?? null,
      key: values.get('sslkey') ?? null,
    };
  } catch (error) {
    // The text of the error may contain the password.
    if (error instanceof URIError) return 'the address has a % that is not followed by two digits of a byte';
    throw error;
  }
}

/** Whether a database setting contains a password. */
export function hasPassword(database: string): boolean {
  if (!isPostgresAddress(database)) return false;
  const address = parsePostgresAddress(database);
  return typeof address !== 'string' && address.password !== null;
}

/** A database setting without a password, for people to see. */
export function shownDatabase(database: string): string {
  if (!isPostgresAddress(database)) return database;
  const [, account, rest = ''] = /^[^:]*:\/\/(?:(.*)@)?([^@]*)$/s.exec(database) ?? [];
  if (account === undefined) return database.includes('@') ? 'postgres://...' : database;
  const [user = ''] = account.split(':');
  const scheme = database.slice(0, database.indexOf(':'));
  return `${scheme}://${user}@${rest}`;
}

/** The mode for a host. */
export function modeFor({ sslMode }: PostgresAddress, host: string): SslMode {
  return sslMode ?? (isLocal(host) ? 'disable' : 'verify-full');
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function isSslMode(text: string): text is SslMode {
  return sslModes.some((mode) => mode === text);
}

function accountOf(account: string | undefined): { user: string | null; password: string | null } {
  if (account === undefined || account === '') return { user: null, password: null };
  const [user = '', password] = splitAt(account, ':');
  return {
    user: user === '' ? null : decodeURIComponent(user),
    password: password === undefined ? null : decodeURIComponent(password),
  };
}

function hostsOf(text: string, folder: string | undefined): readonly PostgresHost[] | string {
  const hosts: PostgresHost[] = [];
  for (const item of (folder ?? text).split(',')) {
    if (item.startsWith('/')) hosts.push({ host: item, port: defaultPort });
    else {
      const [matched, name = '', port = ''] = hostForm.exec(item) ?? [];
      const number = port === '' ? defaultPort : Number(port);
      if (matched === undefined || number < 1 || number > 65_535)
        return `the address has a host that is not of the form HOST or HOST:PORT: ${item}`;
      hosts.push({
        host: name === '' ? 'localhost' : decodeURIComponent(name).replace(/^\[|\]$/g, ''),
        port: number,
      });
    }
  }
  return hosts;
}

function splitAt(text: string, separator: string): [string, string?] {
  const place = text.indexOf(separator);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}
