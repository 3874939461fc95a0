// Large reports of Puppet and messages of Chef from any number of hosts, and senders that send them concurrently.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const root = join(__dirname, '../../../..');

/** A tool that sends reports. */
export interface ReportSource {
  readonly path: string;
  readonly contentType: string;
  /** A report of about a megabyte, of a run that changed something. */
  readonly reportOf: (host: string) => Buffer;
}

const puppetFixtures = join(root, 'puppet-reporter/test/fixtures');
const changed = gunzipSync(readFileSync(join(puppetFixtures, '40-big500-changed.yaml.gz'))).toString(
  'latin1',
);
const idle = gunzipSync(readFileSync(join(puppetFixtures, '41-big500-unchanged.yaml.gz'))).toString('latin1');

function filesOf(report: string): string {
  const begin = report.indexOf('resource_statuses:\n') + 'resource_statuses:\n'.length;
  const entries = report.slice(begin, report.indexOf('\ncorrective_change:') + 1).split(/^(?= {2}\S)/m);
  return entries.filter((entry) => entry.startsWith('  File[/srv/puppet/target/big500/')).join('');
}

/** A report of 1 MB: 500 changed resources and 500 unchanged ones. */
function puppetReport(host: string): Buffer {
  const more = filesOf(idle).replaceAll('target/big500/', 'target/idle/');
  const text = changed.replace('resource_statuses:\n', `resource_statuses:\n${more}`);
  return Buffer.from(text.replaceAll('web01.example.com', host), 'latin1');
}

const message = JSON.parse(
  readFileSync(join(root, 'chef-handler/test/fixtures/changed.2.run_converge.json'), 'utf8'),
);

/** A message of 1 MB, most of it attributes of the node. */
function chefMessage(host: string): Buffer {
  const automatic = {
    ...message.node.automatic,
    filler: Array.from({ length: 2_000 }, (_, i) => `${i}`.padEnd(480, '.')),
  };
  return Buffer.from(
    JSON.stringify({ ...message, node_name: host, node: { ...message.node, name: host, automatic } }),
  );
}

/** The two tools, by name. */
export const reportSources: Readonly<Record<'puppet' | 'chef', ReportSource>> = {
  puppet: { path: '/puppet/reports', contentType: 'application/x-yaml', reportOf: puppetReport },
  chef: { path: '/chef/data-collector', contentType: 'application/json', reportOf: chefMessage },
};

/**
 * Sends a report of each host over the given number of concurrent connections. Resolves with the statuses by host, without
 * the hosts whose request got no response.
 */
export async function sendReports(
  url: string,
  { path, contentType, reportOf }: ReportSource,
  hosts: readonly string[],
  connections: number,
): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  const left = [...hosts];
  const sender = async (): Promise<void> => {
    for (let host = left.shift(); host !== undefined; host = left.shift()) {
      const body = reportOf(host) as Uint8Array<ArrayBuffer>;
      const answer = await fetch(url + path, {
        method: 'POST',
        body,
        headers: { 'content-type': contentType },
      }).catch(() => null);
      if (answer === null) continue;
      await answer.arrayBuffer().catch(() => {});
      statuses.set(host, answer.status);
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  return statuses;
}

/** Names of hosts. */
export const hostNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `node${String(i).padStart(4, '0')}.example.com`);

/** The hosts of the events of a server. */
export async function hostsStored(url: string): Promise<Set<string>> {
  const text = await (await fetch(`${url}/events/raw?limit=all`)).text();
  return new Set([...text.matchAll(/;host=([^;]+);/g)].map(([, host]) => host as string));
}
