// The server is stopped (SIGSTOP) while Puppet and Chef run: with handlers and with bridges their runs still end, and
// the events come when it continues.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  atEnd,
  hasChef,
  hasProgram,
  needs,
  puppetFolder,
  runProgram,
  temporaryFolder,
  until,
} from '@anthracite/testing';
import { runChef } from './chef-run';
import { type Served, serve } from './program';

const packages = join(__dirname, '../../..');
const withPuppet = needs('puppet', hasProgram('puppet', '--version'));
const withChef = needs("Chef's library", hasChef);

jest.setTimeout(600_000);

async function stoppedServer(): Promise<Served> {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'));
  server.kill('SIGSTOP');
  return server;
}

/** Continues the server, and waits until the event of the run is stored. */
async function goOn(server: Served, type: string): Promise<void> {
  server.kill('SIGCONT');
  await until(
    async () => (await (await fetch(`${server.url}/events/raw`)).text()).includes(` ${type};`),
    'the event is there',
    60,
  );
  expect(await server.stop()).toBe(0);
}

/** The URL of a bridge of a tool that sends to the server. */
async function bridge(tool: 'puppet-reporter' | 'chef-handler', { tcpPort }: Served): Promise<string> {
  const script = join(packages, tool, 'dist/src/bridge/main.js');
  const spool = join(temporaryFolder(), 'spool');
  const args = [script, 'listen', '127.0.0.1:0', '--tcp', `127.0.0.1:${tcpPort}`, '--spool', spool];
  const child = spawn(process.execPath, args);
  atEnd(async () => {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(() => said.includes('is ready'), 'the bridge is ready', 60);
  return `http://127.0.0.1:${/ on \S+:(\d+)/.exec(said)?.[1]}/`;
}

/** Applies a manifest with a change, and reports it in one way. */
async function applyPuppet(settings: Readonly<Record<string, string>>, yaml = ''): Promise<number | null> {
  const folder = puppetFolder();
  for (const name of ['conf', 'var', 'modules']) mkdirSync(join(folder, name));
  symlinkSync(join(packages, 'puppet-reporter/module'), join(folder, 'modules/anthracite'));
  writeFileSync(join(folder, 'conf/anthracite.yaml'), yaml);
  writeFileSync(join(folder, 'site.pp'), "exec { '/bin/true': }\n");
  const all = {
    confdir: join(folder, 'conf'),
    vardir: join(folder, 'var'),
    modulepath: join(folder, 'modules'),
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const args = ['apply', '--detailed-exitcodes', ...flags, join(folder, 'site.pp')];
  return (await runProgram('puppet', args)).exitCode;
}

withPuppet('ends puppet apply with the report processor, and its event waits on the node', async () => {
  const server = await stoppedServer();
  const spool = join(temporaryFolder(), 'spool');
  const yaml = `url: http://127.0.0.1:${server.httpPort}\nspool_dir: ${spool}\n`;
  expect(await applyPuppet({ reports: 'anthracite' }, yaml)).toBe(2);
  const [file = ''] = readdirSync(spool).filter((name) => name.endsWith('.line'));
  expect(readFileSync(join(spool, file), 'utf8')).toMatch(/^[\d.]+ puppet;/);
  server.kill('SIGCONT');
  expect(await server.stop()).toBe(0);
});

withPuppet('ends puppet apply with the bridge, which keeps its event', async () => {
  const server = await stoppedServer();
  const reporturl = await bridge('puppet-reporter', server);
  expect(await applyPuppet({ reports: 'http', reporturl })).toBe(2);
  await goOn(server, 'puppet');
});

withChef('ends a Chef run with the handler, and its event waits on the node', async () => {
  const server = await stoppedServer();
  const handler = `url: 'http://127.0.0.1:${server.httpPort}'`;
  const { folder, result } = await runChef({ runList: ['role[web]'], handler });
  expect(result).toBe('success');
  server.kill('SIGCONT');
  await runChef({ runList: ['role[web]'], folder, handler });
  expect(await (await fetch(`${server.url}/events/raw`)).text()).toContain(' chef;');
  expect(await server.stop()).toBe(0);
});

withChef('ends a Chef run with the bridge, which keeps its event', async () => {
  const server = await stoppedServer();
  const collector = await bridge('chef-handler', server);
  expect((await runChef({ runList: ['role[web]'], collector })).result).toBe('success');
  await goOn(server, 'chef');
});
