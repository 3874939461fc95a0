// Real proxies in front of a server under test.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { haproxyProgram, nginxProgram, quietPort, startProxy, temporaryFolder } from '@anthracite/testing';

/** The configuration of an HTTP proxy. */
interface HttpProxy {
  /** A port that is free. */
  readonly port: number;
  /** The path under which it serves the server, without a trailing slash; other paths are not found. */
  readonly path: string;
  /** True if it removes the path from each request. */
  readonly strips: boolean;
}

/** Starts nginx in front of a URL, with its defaults except for `directives`. Resolves with its port; it ends with the test file. */
export async function startNginx(url: string, directives = '', options?: HttpProxy): Promise<number> {
  const { port, path, strips } = options ?? { port: await quietPort(), path: '', strips: false };
  const folder = temporaryFolder();
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
    location ${path}/ { proxy_pass ${strips ? `${url}/` : url}; ${directives} }
  }
}
`,
  );
  await startProxy(nginxProgram, ['-p', folder, '-c', file, '-e', 'stderr'], port);
  return port;
}

/** Starts haproxy in front of an HTTP port. Resolves when it listens. */
export async function startHttpHaproxy(target: number, { port, path, strips }: HttpProxy): Promise<void> {
  const file = join(temporaryFolder(), 'haproxy.cfg');
  writeFileSync(
    file,
    `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend pages
  bind 127.0.0.1:${port}
  use_backend anthracite if { path_beg ${path}/ }
backend anthracite
  ${strips ? `http-request replace-path ${path}(/.*) \\1` : ''}
  server anthracite 127.0.0.1:${target}
`,
  );
  await startProxy(haproxyProgram, ['-db', '-f', file], port);
}

/** Starts haproxy in front of a TCP port; `options` are added to the server's line. Resolves with its port. */
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
  await startProxy(haproxyProgram, ['-db', '-f', file], port);
  return port;
}
