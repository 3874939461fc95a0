// The table of settings: name, default, meaning, and allowed values. Pure: reads no environment.

import { explainZone, isExclusion, isTimeZone, parseTime } from '@anthracite/protocol';
import { accessModes } from './access/keyring';
import { isNetwork } from './access/network-list';
import { parseAddress } from './doors/tcp/listener';
import { maintenanceModes } from './report/coverage';
import { parseUptimeTarget } from './report/error-budget';
import { parseRetentionRule, retentionForm } from './retention-rule';
import { choice, database, file, list, publicUrl, type Setting, url, whole } from './setting-kinds';

const isDate = (given: string): boolean => /^\d{4}-\d\d-\d\d/.test(given) && parseTime(given, 0, 'UTC').ok;
const addresses = (defaults: readonly string[], doc: string): Setting<readonly string[]> =>
  list(
    'addresses',
    defaults,
    (item) => parseAddress(item) !== null,
    'addresses such as 127.0.0.1:2005, [::1]:2005 or :2005 (all addresses)',
    doc,
  );
const senderNetworks = 'networks such as 10.0.0.0/8 or fd00::/8';
const proxyNetworks = 'networks such as 127.0.0.1 or 10.0.0.0/8';
const networks = (expected: string, doc: string): Setting<readonly string[]> =>
  list('networks', [], isNetwork, expected, doc);
const isOrigin = (item: string): boolean =>
  /^https?:/.test(item) && URL.canParse(item) && new URL(item).origin === item;
const tagKeys = (defaults: readonly string[], doc: string): Setting<readonly string[]> =>
  list('tag keys', defaults, (item) => /^[^=;]+$/.test(item), 'keys of tags such as service or team', doc);
const MiB = 1_048_576;

export const settingsTable = {
  http: addresses(['127.0.0.1:2006'], 'Addresses of the HTTP API and the pages.'),
  tcp: addresses(['127.0.0.1:2005'], 'Addresses of the line port. Empty: no line port.'),
  https: addresses([], 'Addresses of the HTTP API and the pages over TLS. Empty: none.'),
  'tcp-tls': addresses([], 'Addresses of the line port over TLS. Empty: none.'),
  'tls-certificate': file(
    'PEM file with the certificate of the server, followed by its chain. Needed for https and tcp-tls.',
  ),
  'tls-key': file('PEM file with the private key of tls-certificate.'),
  'tcp-tls-client-ca': file(
    'PEM file with certificate authorities. tcp-tls then accepts only senders with a certificate that one of these authorities has signed. These senders need no token. Empty: senders need no certificate.',
  ),
  database: database(
    'data/anthracite.db',
    'SQLite file that stores everything, or the address of a PostgreSQL database: postgres://user@host:port/name. The file, or the schema, is created if it does not exist.',
  ),
  'database-password-file': file('File with the password for the address in database.'),
  'time-zone': {
    default: 'UTC',
    unit: 'IANA name',
    doc: 'Time zone for dates, and for words such as midnight and monday, in requests without a time zone.',
    parse: (given) => (isTimeZone(given) ? given : null),
    expected: 'a time zone such as UTC or Europe/Amsterdam',
    explain: explainZone,
  } satisfies Setting<string>,
  'tcp-allow': networks(senderNetworks, 'Networks that may send lines. Empty: all networks.'),
  'tcp-proxies': networks(
    proxyNetworks,
    'Networks of proxies that start each line connection with a PROXY protocol header. Empty: none.',
  ),
  'read-access': choice(
    accessModes,
    'auto',
    'Whether reading needs a token. auto: once a token exists; open: never; token: always.',
  ),
  'write-access': choice(
    accessModes,
    'auto',
    'Whether writing needs a token. auto: once a token exists; open: never, not even through a proxy; token: always.',
  ),
  'tokens-file': file('File with tokens that are valid from the start, one name:role:secret per line.'),
  'allowed-hosts': list(
    'names',
    [],
    (item) => /^[a-z0-9._-]{1,253}$/.test(item),
    'names of hosts in lower case without a port, such as events.example.com',
    'Host names accepted in the Host header, in addition to IP addresses, localhost and the name of the machine.',
  ),
  'public-url': publicUrl(
    'Public URL of the server, such as https://example.com/anthracite behind a proxy. Empty: links use the host name of each request.',
  ),
  'trusted-proxies': networks(
    proxyNetworks,
    'Networks of HTTP proxies whose headers name the client: X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto, or Forwarded. Empty: none.',
  ),
  'user-header': {
    default: '',
    unit: 'text',
    doc: 'Header in which trusted-proxies name the person who signed in to them, such as X-Forwarded-User. The history then shows this name. Empty: none.',
    parse: (given) => (/^[A-Za-z0-9-]{0,64}$/.test(given) ? given : null),
    expected: 'the name of a header such as X-Forwarded-User, or an empty value',
  } satisfies Setting<string>,
  'user-roles': list(
    'roles',
    [],
    (item) => item === 'read' || item === 'write',
    'read, write or both',
    'Roles of a person whom user-header names and who sends no token. Empty: the header gives no roles.',
  ),
  'embed-origins': list(
    'origins',
    [],
    isOrigin,
    'origins such as https://grafana.example.com or http://127.0.0.1:3000',
    'Sites that may embed /embed/events and /embed/timeline in a frame. Empty: none.',
  ),
  'max-line-bytes': whole(
    'bytes',
    65_536,
    128,
    16 * MiB,
    'Maximum length of a line on the line port. Longer lines are rejected.',
  ),
  'max-body-bytes': whole(
    'bytes',
    2_621_440,
    1_024,
    256 * MiB,
    'Maximum size of the body of an HTTP request.',
  ),
  'max-puppet-report-bytes': whole('bytes', 16 * MiB, 1_024, 256 * MiB, 'Maximum size of a Puppet report.'),
  'max-tcp-connections': whole(
    'connections',
    10_000,
    1,
    1_000_000,
    'Maximum concurrent TCP connections. At the maximum, a new connection replaces the connection that has been idle longest, of the address with the most connections.',
  ),
  'max-http-connections': whole(
    'connections',
    1_000,
    1,
    1_000_000,
    'Maximum concurrent HTTP connections. At the maximum, a new connection replaces an idle connection. At most half of the connections can be live streams and long answers.',
  ),
  'max-http-connections-per-address': whole(
    'connections',
    500,
    1,
    1_000_000,
    'Maximum concurrent HTTP requests of one address. At most a quarter of the requests can be live streams and long answers. Behind a reverse proxy, set the value of max-http-connections here.',
  ),
  'tcp-idle-ms': whole(
    'milliseconds',
    300_000,
    100,
    86_400_000,
    'Idle timeout of a TCP connection. The sender gets its answer before the connection is closed.',
  ),
  'tcp-line-ms': whole(
    'milliseconds',
    30_000,
    100,
    86_400_000,
    'Maximum time from the first byte of a line to its end.',
  ),
  'http-request-ms': whole(
    'milliseconds',
    30_000,
    100,
    3_600_000,
    'Maximum time for an HTTP request to arrive completely.',
  ),
  'http-idle-ms': whole(
    'milliseconds',
    72_000,
    100,
    3_600_000,
    'Idle timeout of a kept-alive HTTP connection.',
  ),
  'http-stall-ms': whole(
    'milliseconds',
    60_000,
    100,
    3_600_000,
    'Time after which a client that reads nothing of its answer is disconnected.',
  ),
  'http-min-bytes-per-second': whole(
    'bytes per second',
    4_096,
    0,
    1_000_000_000,
    'Minimum speed at which a client must read its answer, measured over http-stall-ms. A slower client is disconnected if a limit on open requests is reached and another request arrives.',
  ),
  'stream-heartbeat-ms': whole(
    'milliseconds',
    15_000,
    100,
    3_600_000,
    'Interval between heartbeats on live streams.',
  ),
  'drain-ms': whole('milliseconds', 4_000, 0, 600_000, 'Time for open requests to finish after SIGTERM.'),
  'max-rejects': whole(
    'lines',
    10_000,
    1,
    10_000_000,
    'Maximum number of rejected lines that are kept. Above this number, the oldest lines are deleted.',
  ),
  'max-reject-bytes': whole(
    'bytes',
    64 * MiB,
    1_024,
    1_024 * MiB,
    'Maximum total size of the rejected lines that are kept. Above this size, the oldest lines are deleted.',
  ),
  'max-chef-message-bytes': whole(
    'bytes',
    32 * MiB,
    65_536,
    256 * MiB,
    'Maximum size of the message of a Chef run; the message contains all attributes of the node.',
  ),
  'max-hook-bytes': whole('bytes', 25 * MiB, 1_024, 256 * MiB, 'Maximum size of a delivery to a hook.'),
  dogstatsd: addresses([], 'UDP addresses for events from DogStatsD clients. Empty: none.'),
  'dogstatsd-allow': networks(
    senderNetworks,
    'Networks that may send datagrams. Empty: all networks, or only this machine if writing needs a token.',
  ),
  'send-allow': networks(
    'networks such as 127.0.0.1 or 10.0.0.0/8',
    'Private networks to which events may be sent. Empty: none, so events are sent to public addresses only.',
  ),
  'reports-folder': file(
    'Folder for reports of Puppet and messages of Chef that wait to be read. Empty: the name of the database file with -reports; data/reports with PostgreSQL.',
  ),
  'max-waiting-report-bytes': whole(
    'bytes',
    2_048 * MiB,
    65_536,
    1_048_576 * MiB,
    'Maximum total size of the Puppet reports that wait on disk to be read. The same maximum applies separately to the Chef messages that wait on disk.',
  ),
  'chef-forward-url': url(
    'URL of another data collector, such as Chef Automate, that gets a copy of all Chef messages. Empty: none.',
  ),
  'chef-forward-token-file': file('File with the token for the data collector at chef-forward-url.'),
  'change-types': list(
    'types',
    [
      ...['deploy_*', 'failed_deploy_*', 'release_*', 'terraform_*', 'change', 'change_*'],
      ...[
        'puppet',
        'puppet_failed',
        'chef',
        'chef_failed',
        'ansible',
        'argocd',
        'flux',
        'k8s_ScalingReplicaSet',
        'manual_*',
      ],
    ],
    (item) => !isExclusion(item),
    'types or patterns such as deploy_*',
    'Types of events that count as changes, and so can be suspects of an incident.',
  ),
  'failure-window-minutes': whole(
    'minutes',
    60,
    1,
    1_440,
    'The report attributes an incident to a deployment if the incident starts within this time after the deployment.',
  ),
  'data-from': {
    default: '',
    unit: 'date',
    doc: 'Start of the data that the report uses, such as 2026-08-26. Empty: the first event.',
    parse: (given) => (given === '' || isDate(given) ? given : null),
    expected: 'a date such as 2026-08-26 or 2026-08-26T10:00Z, or an empty value',
  } satisfies Setting<string>,
  maintenance: choice(
    maintenanceModes,
    'count',
    'Whether downtime in maintenance windows reduces the uptime in the report. count: yes; exclude: no.',
  ),
  'uptime-target': list(
    'percentages',
    [],
    (item) => parseUptimeTarget(item) !== null,
    'percentages above 0 and below 100, such as 99.5, or sev1=99.9 for the incidents of one severity',
    'Targets for the uptime, from which the report computes error budgets: 99.5 for all incidents, sev1=99.9 for the incidents of one severity. Empty: no targets.',
  ),
  'service-tags': tagKeys(
    ['service', 'project', 'app'],
    'Keys of tags that name a service, for the rows by service in the report. The first key that an incident or a deployment has counts. Empty: no rows by service.',
  ),
  'team-tags': tagKeys(
    ['team'],
    'Keys of tags that name a team, for the rows by team in the report. Empty: no rows by team.',
  ),
  retention: list(
    'rules',
    [],
    (item) => parseRetentionRule(item) !== null,
    retentionForm,
    'How long events are kept, by type: puppet=1y,chef=1y,*=5y. The first pattern that matches counts. Other events are kept for ever. Empty: all events.',
  ),
  'check-interval-hours': whole(
    'hours',
    168,
    0,
    8_760,
    'Hours between integrity checks of the database in the background. 0: no checks.',
  ),
  readers: whole('threads', 2, 1, 64, 'Number of threads that answer queries.'),
  'log-level': choice(['debug', 'info', 'warn', 'error', 'silent'], 'info', 'Minimum log level.'),
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
