// Real proxies in front of a server under test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { atEnd, hasProgram, needs, quietPort, temporaryFolder, until } from '@anthracite/testing';

const nginx = '/usr/sbin/nginx';
const haproxy = '/usr/sbin/haproxy';

/** `test` where nginx is installed. */
export const withNginx = needs('nginx', hasProgram(nginx, '-v'));
/** `test` where haproxy is installed. */
export const withHaproxy = needs('haproxy', hasProgram(haproxy, '-v'));

/** Starts nginx in front of a URL, with its defaults but for `directives`. Resolves with its port; it ends with the test file. */
export async function startNginx(url: string, directives = ''): Promise<number> {
  const [folder, port] = [temporaryFolder(), await quietPort()];
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off;
  ${paths.join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${url}; ${directives} }
  }
}
`,
  );
  await run(nginx, ['-p', folder, '-c', file, '-e', 'stderr'], port);
  return port;
}

/** Starts haproxy in front of a TCP port; `options` go with the server's line. Resolves with its port. */
export async function startHaproxy(target: number, options: string): Promise<number> {
  const [folder, port] = [temporaryFolder(), await quietPort()];
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen lines
  bind 127.0.0.1:${port}
  server anthracite 127.0.0.1:${target} ${options}
`,
  );
  await run(haproxy, ['-db', '-f', file], port);
  return port;
}

// Starts a proxy and waits until it listens.
async function run(program: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  atEnd(async () => {
    child.kill();
    await ended;
  });
  await until(() => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    return canConnect(port);
  }, `${program} listens`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
