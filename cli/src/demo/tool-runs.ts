// Runs of Puppet and Chef in the demo, in the form that the reporters send. Pure.

import type { Event } from '@anthracite/protocol';
import { environmentTag } from './company';
import { Random } from './random';
import { dayMs } from './rhythm';

/** Hosts of one role. */
export interface Machines {
  readonly role: string;
  readonly hosts: readonly string[];
}

const puppetResources: Readonly<Record<string, readonly string[]>> = {
  web: ['File[/etc/apache2/sites-enabled/shop.conf] content', 'Package[libapache2-mod-php] installed'],
  payments: ['File[/etc/payments/gateway.yaml] content', 'File[/etc/ssl/certs/gateway.pem] content'],
  warehouse: ['File[/etc/cups/cupsd.conf] content', 'Package[label-printer] installed'],
  database: ['File[/etc/mysql/conf.d/tuning.cnf] content', 'Package[mysql-server] installed'],
  cache: ['File[/etc/memcached.conf] content', 'Exec[resize cache] executed'],
  loadbalancer: ['File[/etc/haproxy/haproxy.cfg] content', 'File[/etc/haproxy/errors/503.http] content'],
  queue: ['File[/etc/rabbitmq/rabbitmq.conf] content', 'Package[rabbitmq-server] installed'],
};
const services: Readonly<Record<string, string>> = {
  web: 'apache2',
  payments: 'payments',
  warehouse: 'cups',
  database: 'mysql',
  cache: 'memcached',
  loadbalancer: 'haproxy',
  queue: 'rabbitmq-server',
};
const everywhere = [
  'File[/etc/motd] content',
  'File[/etc/ntp.conf] content',
  'Package[openssl] installed',
  'File[/etc/ssh/sshd_config] content',
  'User[deploy] created',
  'Cron[logrotate] created',
];
const chefFiles: Readonly<Record<string, readonly string[]>> = {
  api: ['template[/etc/mobile-api/config.json] create', 'template[/etc/nginx/sites-enabled/api] create'],
  search: ['template[/etc/elasticsearch/jvm.options] create', 'remote_file[/opt/search/synonyms.txt] create'],
};
const chefServices: Readonly<Record<string, string>> = { api: 'nginx', search: 'elasticsearch' };

/** A configuration change that reaches all hosts of a role, as their agents run. */
export function puppetRollout(
  random: Random,
  { role, hosts }: Machines,
  time: number,
  spreadMs: number,
): Event[] {
  const version = random.hex(7);
  const changed = [
    random.pick(puppetResources[role] ?? everywhere),
    `Service[${services[role] ?? 'cron'}] refreshed`,
  ];
  return hosts.map((host, i) =>
    puppetRun(
      random,
      host,
      role,
      version,
      'intentional',
      changed,
      time + (i === 0 ? 0 : random.whole(0, spreadMs)),
    ),
  );
}

/** A corrective run on one host. */
export function puppetCorrection(random: Random, { role, hosts }: Machines, time: number): Event {
  return puppetRun(
    random,
    random.pick(hosts),
    role,
    codeOf(time),
    'corrective',
    [random.pick(everywhere)],
    time,
  );
}

function puppetRun(
  random: Random,
  host: string,
  role: string,
  version: string,
  change: string,
  resources: readonly string[],
  time: number,
): Event {
  const seconds = Math.min(random.around(12), 90).toFixed(1);
  return {
    time: time + random.whole(0, 999),
    type: 'puppet',
    tags: [...machineTags(host, version, role), 'status=changed', `change=${change}`, 'tool=puppet'],
    description: `${host} production ${version}: ${resources.length} changed${change === 'corrective' ? ' (all corrective)' : ''} in ${seconds}s: ${resources.join(', ')}`,
  };
}

function machineTags(host: string, version: string, role: string): string[] {
  return [`host=${host}`, environmentTag, `version=${version}`, `role=${role}`];
}

// The commit of the manifests that all hosts use on a day.
function codeOf(time: number): string {
  return new Random(Math.floor(time / dayMs)).hex(7);
}

/** A failed run. */
export function puppetFailure(random: Random, { role, hosts }: Machines, time: number): Event {
  const [host, version] = [random.pick(hosts), codeOf(time)];
  return {
    time: time + random.whole(0, 999),
    type: 'puppet_failed',
    tags: [...machineTags(host, version, role), 'status=failed', 'reason=resource', 'tool=puppet'],
    description: `${host} production ${version}: 1 failed, 2 skipped in ${random.around(30).toFixed(0)}s: Package[openssl] Execution of '/usr/bin/apt-get -q -y install openssl' returned 100`,
  };
}

/** A new cookbook version that reaches all hosts of a role. */
export function chefRollout(
  random: Random,
  { role, hosts }: Machines,
  time: number,
  spreadMs: number,
): Event[] {
  const version = `${role}@${random.whole(1, 3)}.${random.whole(0, 40)}.${random.whole(0, 9)}`;
  const changed = [random.pick(chefFiles[role] ?? []), `service[${chefServices[role]}] restart`];
  return hosts.map((host, i) => {
    const seconds = Math.min(random.around(15), 120).toFixed(0);
    return {
      time: time + (i === 0 ? 0 : random.whole(0, spreadMs)),
      type: 'chef',
      tags: [...machineTags(host, version, role), 'status=changed', 'tool=chef'],
      description: `${host} production ${version}: ${changed.length} changed in ${seconds}s: ${changed.join(', ')}`,
    };
  });
}
