// Reports of Puppet and messages of Chef, a megabyte each, and connections that send them at once.

import { connect } from 'node:net';

const requestHead = (path: string, bytes: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bytes}\r\n\r\n`;

const time = '2026-11-22T07:10:14.945104738+00:00';

/** A resource of a report as Puppet 7 and 8 write it: an unchanged resource, unless it has a change. */
function resource(number: number, isChanged: boolean): string {
  const name = `/srv/app/conf.d/site-${number}.conf`;
  const event = `
    - audited: false
      property: content
      previous_value: "{sha256}f00c97ec27c180bd8801bcfa867826e419a7ce915c98eb846d2e0eedb90a6be5"
      desired_value: "{sha256}5c7a29a31ad865897c4449867425210274628403e9e1a88f50748f45baf0f65b"
      historical_value:
      message: content changed
      name: content_changed
      status: success
      time: '${time}'
      redacted:
      corrective_change: false`;
  return `  File[${name}]:
    title: "${name}"
    file: "/etc/puppetlabs/code/environments/production/modules/app/manifests/init.pp"
    line: 12
    resource: File[${name}]
    resource_type: File
    provider_used: posix
    containment_path:
    - Stage[main]
    - App
    - File[${name}]
    evaluation_time: 0.000125159
    tags:
    - file
    - class
    - app
    - role::web
    time: '${time}'
    failed: false
    failed_to_restart: false
    changed: ${isChanged}
    out_of_sync: ${isChanged}
    skipped: false
    change_count: ${isChanged ? 1 : 0}
    out_of_sync_count: ${isChanged ? 1 : 0}
    events:${isChanged ? event : ' []'}
    corrective_change: false
`;
}

/** A report of about a megabyte with a number of changed resources. */
export function puppetReport(host: string, changed: number): Buffer {
  const resources: string[] = [];
  for (let bytes = 0, i = 0; bytes < 1_000_000; i++) {
    const one = resource(i, i < changed);
    bytes += one.length;
    resources.push(one);
  }
  return Buffer.from(`--- !ruby/object:Puppet::Transaction::Report
host: ${host}
time: '2026-11-22T07:10:13.000000000+00:00'
configuration_version: 4f2c9d1
transaction_uuid: cb8dfbd4-0000-4000-8000-000000000000
report_format: 12
puppet_version: 7.23.0
status: changed
transaction_completed: true
noop: false
noop_pending: false
environment: production
logs: []
metrics:
  time:
    name: time
    label: Time
    values:
    - - total
      - Total
      - 1.7
resource_statuses:
${resources.join('')}corrective_change: false
cached_catalog_status: not_used
`);
}

/** A message of about a megabyte, most of it attributes of the node. */
export function chefMessage(host: string): Buffer {
  const attributes = Array.from({ length: 2_000 }, (_, i) => `${i}`.padEnd(490, '.'));
  const file = { type: 'file', name: '/etc/motd', id: '/etc/motd', result: 'create', status: 'updated' };
  return Buffer.from(
    JSON.stringify({
      message_type: 'run_converge',
      node: { name: host, chef_environment: 'production', automatic: { attributes } },
      node_name: host,
      start_time: '2026-11-22T07:10:13Z',
      end_time: '2026-11-22T07:10:15Z',
      status: 'success',
      run_id: 'cb8dfbd4-0000-4000-8000-000000000000',
      resources: [{ ...file, cookbook_name: 'base', cookbook_version: '1.0.0', recipe_name: 'default' }],
    }),
  );
}

/** Sends the bodies of `next` over one connection until it returns null. Counts the responses by status. */
export function sendBodies(
  port: number,
  path: string,
  next: () => Buffer | null,
  statuses: Map<string, number>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    const send = (): void => {
      const body = next();
      if (body === null) {
        socket.end();
        resolve();
        return;
      }
      socket.write(requestHead(path, body.length));
      socket.write(body);
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      const [, status = '', length = '0'] =
        /^HTTP\/1\.1 (\d+)[\s\S]*?content-length: (\d+)[\s\S]*?\r\n\r\n/i.exec(answer) ?? [];
      const end = answer.indexOf('\r\n\r\n') + 4;
      if (status === '' || answer.length < end + Number(length)) return;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      answer = '';
      send();
    });
    socket.on('error', reject).on('connect', send);
  });
}
