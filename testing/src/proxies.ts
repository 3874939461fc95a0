// Real proxies: nginx and haproxy.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { atEnd } from './at-end';
import { until } from './condition';
import { hasProgram, needs } from './peers';

export const nginxProgram = '/usr/sbin/nginx';
export const haproxyProgram = '/usr/sbin/haproxy';

/** `test` where nginx is installed. */
export const withNginx = needs('nginx', hasProgram(nginxProgram, '-v'));
/** `test` where haproxy is installed. */
export const withHaproxy = needs('haproxy', hasProgram(haproxyProgram, '-v'));

/** Starts a proxy, and waits until it listens on a port of 127.0.0.1. It ends with the test file. */
export async function startProxy(program: string, args: readonly string[], port: number): Promise<void> {
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
