// Places to try artefacts in: empty folders, an environment without this repository, and a running server of a release.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

// Puppet does not manage files below /dev, where a folder for temporary files can be.
const work = mkdtempSync('/tmp/anthracite-trial-');
const running = new Set();
const waitMs = 60_000;

/** A new, empty folder. */
export function emptyFolder(name) {
  const folder = join(work, name);
  mkdirSync(folder);
  return folder;
}

/** Stops all servers, and removes all folders. */
export async function clear() {
  await Promise.all([...running].map((server) => server.stop()));
  rmSync(work, { recursive: true, force: true });
}

/** The environment of a person whose home is a folder: no settings of Anthracite, and this Node first on the PATH. */
export function environmentIn(home, variables = {}) {
  const foreign = Object.entries(process.env).filter(
    ([name]) => !/^(?:ANTHRACITE_|npm_(?!config_)|INIT_CWD|NODE_PATH|NODE_OPTIONS|XDG_)/i.test(name),
  );
  return {
    ...Object.fromEntries(foreign),
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: home,
    // The registry and the cache of the person who tries.
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
    ...variables,
  };
}

/** Runs a program, and returns its output. Throws with its messages if it fails. */
export async function run(program, args, { cwd, env = process.env, input = '', accepts = [0] } = {}) {
  const child = spawn(program, args, { cwd, env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const exitCode = await new Promise((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', (error) => reject(new Error(`${program} could not be run: ${error.message}`)));
  });
  if (!accepts.includes(exitCode))
    throw new Error(`${program} ${args.join(' ')} ended with exit code ${exitCode}:\n${stderr}${stdout}`);
  return stdout;
}

/** Starts a server on free ports with a program, and waits until it is ready. */
export async function startServer(program, args, folder, env) {
  const where = [
    '--http',
    '127.0.0.1:0',
    '--tcp',
    '127.0.0.1:0',
    '--database',
    join(folder, 'anthracite.db'),
  ];
  const child = spawn(program, [...args, 'serve', ...where], { cwd: folder, env });
  let output = '';
  const ready = new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`${program} did not start a server:\n${output}`));
    setTimeout(fail, waitMs).unref();
    child.on('error', fail).on('exit', fail);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const line = /^anthracite .* is ready: .*$/m.exec(output)?.[0];
        if (line !== undefined) resolve(line);
      });
    }
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const server = {
    async stop() {
      running.delete(server);
      child.kill('SIGTERM');
      return ended;
    },
  };
  running.add(server);
  const line = await ready;
  const portOf = (door) => Number(new RegExp(`${door} on \\S+?:(\\d+)`).exec(line)?.[1]);
  server.linePort = portOf('lines');
  server.url = `http://127.0.0.1:${portOf('HTTP')}`;
  return server;
}

/** Waits until a server has an event of a type, from a host if one is given. Returns its description. */
export async function eventOf(server, type, host) {
  const until = performance.now() + waitMs;
  while (performance.now() < until) {
    const query = new URLSearchParams({
      limit: 'all',
      type,
      ...(host !== undefined && { all: `host=${host}` }),
    });
    const answer = await fetch(`${server.url}/events/json?${query}`);
    const { events } = await answer.json();
    if (events.length > 0) return events[0].description;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no event of type ${type} arrived within ${waitMs / 1_000} s`);
}

/** The size of a file, or of all files in a folder, as a text in MB. */
export function sizeOf(path) {
  return `${(bytesOf(path) / 1e6).toFixed(1)} MB`;
}

/** The size in bytes. */
export function bytesOf(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path, { withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isSymbolicLink() ? 0 : bytesOf(join(path, entry.name))),
    0,
  );
}
