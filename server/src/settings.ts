// The table of settings: name, default, meaning, and what a value must be. Pure: reads no environment.

import { isPlainUrl, isTimeZone } from '@anthracite/protocol';
import { accessModes } from './access/keyring';
import { isNetwork } from './access/network-list';
import { parseAddress } from './tcp/listener';

/** One setting. Its name serves as flag (`--name`), variable (`ANTHRACITE_NAME`) and key of the configuration file. */
export interface Setting<T> {
  readonly default: T;
  readonly unit: string;
  readonly doc: string;
  /** The value of a text, or null when it is none. */
  parse(text: string): T | null;
  /** What a value must be, for the sentence that refuses one. */
  readonly expected: string;
}

function text(value: string, doc: string): Setting<string> {
  return {
    default: value,
    unit: 'text',
    doc,
    parse: (given) => (given === '' ? null : given),
    expected: 'some text',
  };
}

function whole(unit: string, value: number, min: number, max: number, doc: string): Setting<number> {
  return {
    default: value,
    unit,
    doc,
    parse: (given) => {
      const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
      return number >= min && number <= max ? number : null;
    },
    expected: `a whole number of ${unit} from ${min} to ${max}`,
  };
}

function choice<const C extends string>(choices: readonly C[], value: C, doc: string): Setting<C> {
  return {
    default: value,
    unit: 'word',
    doc,
    parse: (given) => choices.find((one) => one === given) ?? null,
    expected: `one of ${choices.join(', ')}`,
  };
}

function list(
  unit: string,
  values: readonly string[],
  isGood: (item: string) => boolean,
  expected: string,
  doc: string,
): Setting<readonly string[]> {
  return {
    default: values,
    unit,
    doc,
    parse: (given) => {
      const items = given.split(/[\s,]+/).filter((item) => item !== '');
      return items.every(isGood) ? items : null;
    },
    expected: `${expected}, separated by commas`,
  };
}

function url(doc: string): Setting<string> {
  return {
    default: '',
    unit: 'URL',
    doc,
    parse: (given) => (given === '' || isPlainUrl(given) ? given : null),
    expected: 'an http(s) URL without user and password, or nothing',
  };
}

const isAddress = (item: string): boolean => parseAddress(item) !== null;
const addressForm = 'addresses such as 127.0.0.1:2005, [::1]:2005 or :2005 (all addresses)';
const isOrigin = (item: string): boolean =>
  /^https?:/.test(item) && URL.canParse(item) && new URL(item).origin === item;
const MiB = 1_048_576;

export const settingsTable = {
  http: list('addresses', ['127.0.0.1:2006'], isAddress, addressForm, 'Where the HTTP API listens.'),
  tcp: list(
    'addresses',
    ['127.0.0.1:2005'],
    isAddress,
    addressForm,
    'Where the line receiver listens; empty for nowhere.',
  ),
  database: text(
    'data/anthracite.db',
    'The SQLite file that holds everything. It is made where there is none.',
  ),
  'time-zone': {
    default: 'UTC',
    unit: 'IANA name',
    doc: 'In which midnight, noon, monday and dates without a zone are read in from and until.',
    parse: (given) => (isTimeZone(given) ? given : null),
    expected: 'a time zone such as UTC or Europe/Amsterdam',
  } satisfies Setting<string>,
  'tcp-allow': list(
    'networks',
    [],
    isNetwork,
    'networks such as 10.0.0.0/8 or fd00::/8',
    'Networks that may send lines; empty for all that reach the port.',
  ),
  'tcp-proxies': list(
    'networks',
    [],
    isNetwork,
    'networks such as 127.0.0.1 or 10.0.0.0/8',
    'Networks of proxies that begin each line connection with a PROXY protocol header; empty for none.',
  ),
  'read-access': choice(
    accessModes,
    'auto',
    'Whether reading needs a token: auto, as soon as one was made or given; open, never; token, always.',
  ),
  'write-access': choice(
    accessModes,
    'auto',
    'Whether writing needs a token, in the same words; open also lets proxies write.',
  ),
  'tokens-file': {
    default: '',
    unit: 'text',
    doc: 'A file of tokens that are good from the start, one name:role:secret a line.',
    parse: (given) => given,
    expected: 'the name of a file',
  } satisfies Setting<string>,
  'allowed-hosts': list(
    'names',
    [],
    (item) => /^[a-z0-9._-]{1,253}$/.test(item),
    'names of hosts in lower case without a port, such as events.example.com',
    'Host names that HTTP requests may use besides IP addresses, localhost and the name of the machine.',
  ),
  'embed-origins': list(
    'origins',
    [],
    isOrigin,
    'origins such as https://grafana.example.com or http://127.0.0.1:3000',
    'Sites that may show /embed/events and /embed/timeline in a frame; empty for none.',
  ),
  'max-line-bytes': whole(
    'bytes',
    65_536,
    128,
    16 * MiB,
    'Longest line on the TCP port. A longer one is rejected.',
  ),
  'max-body-bytes': whole('bytes', 2_621_440, 1_024, 256 * MiB, 'Largest body of an HTTP request.'),
  'max-puppet-report-bytes': whole('bytes', 16 * MiB, 1_024, 256 * MiB, 'Largest report of Puppet.'),
  'max-tcp-connections': whole(
    'connections',
    10_000,
    1,
    1_000_000,
    'Maximum concurrent TCP connections. When all are taken, the address with the most gives one up to others.',
  ),
  'max-http-connections': whole(
    'connections',
    1_000,
    1,
    1_000_000,
    'Maximum concurrent HTTP connections. A new one takes the place of an idle one; half are for live streams and long answers.',
  ),
  'max-http-connections-per-address': whole(
    'connections',
    500,
    1,
    1_000_000,
    'Maximum concurrent HTTP requests of one address, a quarter of them live streams and long answers. Behind a reverse proxy: as max-http-connections.',
  ),
  'tcp-idle-ms': whole(
    'milliseconds',
    300_000,
    100,
    86_400_000,
    'A sender that is silent for so long is answered and closed.',
  ),
  'tcp-line-ms': whole(
    'milliseconds',
    30_000,
    100,
    86_400_000,
    'A line that has begun must end within so long.',
  ),
  'http-request-ms': whole(
    'milliseconds',
    30_000,
    100,
    3_600_000,
    'A request must have arrived in full within so long.',
  ),
  'http-idle-ms': whole(
    'milliseconds',
    72_000,
    100,
    3_600_000,
    'A kept-alive HTTP connection without a request is closed after so long.',
  ),
  'http-stall-ms': whole(
    'milliseconds',
    60_000,
    100,
    3_600_000,
    'A reader that takes nothing of an answer for so long is dropped.',
  ),
  'http-min-bytes-per-second': whole(
    'bytes per second',
    4_096,
    0,
    1_000_000_000,
    'A reader that is slower over http-stall-ms is dropped when others need its place.',
  ),
  'stream-heartbeat-ms': whole(
    'milliseconds',
    15_000,
    100,
    3_600_000,
    'Live streams say so often that they are alive.',
  ),
  'drain-ms': whole(
    'milliseconds',
    4_000,
    0,
    600_000,
    'After SIGTERM, what is under way has so long to finish.',
  ),
  'max-rejects': whole(
    'lines',
    10_000,
    1,
    10_000_000,
    'Rejected lines that the ledger keeps; the oldest are forgotten, and counted.',
  ),
  'max-reject-bytes': whole(
    'bytes',
    64 * MiB,
    1_024,
    1_024 * MiB,
    'Bytes of rejected lines that the ledger keeps.',
  ),
  'max-chef-message-bytes': whole(
    'bytes',
    32 * MiB,
    65_536,
    256 * MiB,
    'Largest message of a Chef run; it holds all attributes of its node.',
  ),
  'chef-forward-url': url('Another data collector that gets a copy of all messages, such as Chef Automate.'),
  'chef-forward-token-file': {
    default: '',
    unit: 'text',
    doc: 'The file that holds the token of the other data collector.',
    parse: (given) => given,
    expected: 'the name of a file',
  } satisfies Setting<string>,
  'change-types': list(
    'types',
    ['deploy_*', 'puppet', 'puppet_failed', 'chef', 'chef_failed', 'manual_*'],
    (item) => !item.startsWith('!'),
    'types or patterns such as deploy_*',
    'What counts as a change, where the suspects of an incident are looked for.',
  ),
  'check-interval-hours': whole(
    'hours',
    168,
    0,
    8_760,
    'Hours between integrity checks of the database in the background; 0: no checks.',
  ),
  readers: whole('threads', 2, 1, 64, 'Threads that answer queries.'),
  'log-level': choice(
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
    'Least severe messages that are logged.',
  ),
} as const;

export type SettingName = keyof typeof settingsTable;

/** The values of all settings. */
export type Settings = {
  readonly [N in SettingName]: (typeof settingsTable)[N] extends Setting<infer T> ? T : never;
};

export const settingNames = Object.keys(settingsTable) as SettingName[];

/** `max-line-bytes` -> `ANTHRACITE_MAX_LINE_BYTES`. */
export function variableOf(name: string): string {
  return `ANTHRACITE_${name.toUpperCase().replaceAll('-', '_')}`;
}
