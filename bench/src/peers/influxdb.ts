// A real InfluxDB 1.6 from Debian, in its own folder, which syncs every write as Anthracite does.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, hasProgram, type Peer, startPeer } from './process';

/** A running InfluxDB with an empty database `bench`. */
export interface InfluxDb extends Peer {
  readonly port: number;
  readonly url: string;
}

/** The Debian package that is missing, or null. */
export function missingInfluxDb(): string | null {
  return hasProgram('influxd') ? null : 'influxdb';
}

/** Starts it and creates its database. */
export async function startInfluxDb(folder: string): Promise<InfluxDb> {
  const [port, rpcPort] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = ${JSON.stringify(join(folder, 'meta'))}
[data]
  dir = ${JSON.stringify(join(folder, 'data'))}
  wal-dir = ${JSON.stringify(join(folder, 'wal'))}
  wal-fsync-delay = "0s"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[monitor]
  store-enabled = false
`,
  );
  const url = `http://127.0.0.1:${port}`;
  const peer = await startPeer('influxd', ['run', '-config', config], {
    isReady: async () => (await fetch(`${url}/ping`)).status === 204,
  });
  const created = await fetch(`${url}/query?q=${encodeURIComponent('CREATE DATABASE bench')}`, {
    method: 'POST',
  });
  if (!created.ok) throw new Error(`InfluxDB did not create the database: ${await created.text()}`);
  return { ...peer, port, url };
}
