// Converges run lists with Chef's own client class, in separate folders; see chef-handler/test/chef.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { atEnd, chefGems as gems, hasProgram, runProgram, temporaryFolder } from '@anthracite/testing';

const sources = join(__dirname, '../../../chef-handler');
const gemFolder = join(sources, 'gem');

function gem(...args: string[]): void {
  const { status, stderr } = spawnSync('gem', args, { cwd: gemFolder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** Copies the cookbook into a folder, with the gem built into it, and returns its path. */
export function buildCookbook(folder: string): string {
  const cookbook = join(folder, 'anthracite_handler');
  cpSync(join(sources, 'cookbook/anthracite_handler'), cookbook, { recursive: true });
  const file = join(cookbook, 'files/chef-handler-anthracite.gem');
  gem('build', 'chef-handler-anthracite.gemspec', '--output', file);
  return cookbook;
}

/** Builds the gem and installs it into a folder, as `gem install` does for Chef's own Ruby. */
export function installGem(gemHome: string): void {
  const file = join(gemHome, 'built.gem');
  gem('build', 'chef-handler-anthracite.gemspec', '--output', file);
  gem('install', '--local', '--no-document', '--install-dir', gemHome, file);
}

/** The task of a run. */
export interface ChefTask {
  readonly runList: readonly string[];
  /** The URL of the data collector; none by default. */
  readonly collector?: string;
  /** Options of the handler, as Ruby; it is not registered without them. */
  readonly handler?: string;
  readonly whyRun?: boolean;
  /** The name of the node; `web01.example.com` by default. */
  readonly nodeName?: string;
  /** A Chef server that replaces the server in memory. */
  readonly chefServer?: string;
  /** Chef installs gems into this folder instead of its own, and loads the handler from there. */
  readonly gemHome?: string;
  /** A cookbook besides those of the tests. */
  readonly cookbook?: string;
  /** The folder of an earlier run of the same node. */
  readonly folder?: string;
}

/** The result of a run. */
export interface ChefOutcome {
  readonly result: 'success' | 'failure';
  /** The class of the error that ended a failed run. */
  readonly class?: string;
  readonly handlerSeconds: number;
  readonly folder: string;
  /** Chef's own log. */
  readonly log: string;
}

/** Runs Chef once, and resolves when it has ended. */
export async function runChef(task: ChefTask): Promise<ChefOutcome> {
  const folder = task.folder ?? temporaryFolder();
  const repo = join(folder, 'repo');
  if (!existsSync(repo)) cpSync(join(sources, 'test/chef/repo'), repo, { recursive: true });
  if (task.cookbook !== undefined) {
    cpSync(task.cookbook, join(repo, 'cookbooks', basename(task.cookbook)), { recursive: true });
  }
  mkdirSync(join(folder, 'target'), { recursive: true });
  const done = await converge({
    folder,
    repo,
    run_list: task.runList,
    ...(task.nodeName !== undefined && { node_name: task.nodeName }),
    environment: 'production',
    why_run: task.whyRun ?? false,
    ...(task.collector !== undefined && { collector: { url: task.collector } }),
    ...(task.handler !== undefined && { client_rb: register(task.handler, task.gemHome === undefined) }),
    ...(task.chefServer !== undefined && { local_mode: false, chef_server_url: task.chefServer }),
    env: { PATH: process.env['PATH'], HOME: folder, GEM_HOME: task.gemHome ?? gems, GEM_PATH: gems },
  });
  if (done === null) {
    throw new Error(`Chef's run gave no outcome:\n${readFileSync(join(folder, 'output'), 'utf8')}`);
  }
  const { handler_seconds, ...outcome } = done;
  return {
    ...outcome,
    handlerSeconds: handler_seconds,
    folder,
    log: readFileSync(join(folder, 'chef.log'), 'utf8'),
  };
}

/** The output of converge.rb about a run; null if it did not finish. */
type Converged =
  | (Omit<ChefOutcome, 'handlerSeconds' | 'folder' | 'log'> & { handler_seconds: number })
  | null;

let converger: ChildProcess | undefined;
let tasks = 0;
const waiting = new Map<number, { resolve(done: Converged): void; reject(error: Error): void }>();

/** Gives a task to converge.rb, which loads Chef once for this test file. */
function converge(task: object): Promise<Converged> {
  converger ??= startConverger();
  const id = tasks++;
  converger.stdin?.write(`${JSON.stringify({ id, ...task })}\n`);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function startConverger(): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: temporaryFolder(), GEM_HOME: gems, GEM_PATH: gems };
  const child = spawn('ruby', [join(sources, 'test/chef/converge.rb')], { env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface(child.stdout).on('line', (line) => {
    const { id, outcome } = JSON.parse(line) as { id: number; outcome: Converged };
    waiting.get(id)?.resolve(outcome);
    waiting.delete(id);
  });
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`converge.rb has ended:\n${stderr}`));
  });
  atEnd(() => {
    child.stdin.end();
    return ended;
  });
  return child;
}

/** True if Cinc's own program is on the PATH. It is Chef without a licence to accept, so it can run unchanged. */
export const hasCinc = hasProgram('cinc-client', '--version');

/** Runs `cinc-client -z`, with both ways to Anthracite, and resolves with its exit code and output. */
export async function runCinc(runList: string, collector: string, handler: string) {
  const folder = temporaryFolder();
  cpSync(join(sources, 'test/chef/repo'), join(folder, 'repo'), { recursive: true });
  mkdirSync(join(folder, 'target'));
  writeFileSync(
    join(folder, 'attributes.json'),
    JSON.stringify({ webapp: { target: join(folder, 'target') } }),
  );
  writeFileSync(
    join(folder, 'client.rb'),
    [
      `chef_repo_path ${JSON.stringify(join(folder, 'repo'))}`,
      `cache_path ${JSON.stringify(join(folder, 'cache'))}`,
      `node_name 'web01.example.com'`,
      `environment 'production'`,
      `minimal_ohai true`,
      `data_collector.server_url ${JSON.stringify(collector)}`,
      `data_collector.token 'any'`,
      register(handler, true),
    ].join('\n'),
  );
  const args = ['-z', '-c', join(folder, 'client.rb'), '-j', join(folder, 'attributes.json'), '-o', runList];
  const env = { PATH: process.env['PATH'], HOME: folder };
  const { exitCode, stdout, stderr } = await runProgram('cinc-client', args, { env });
  return { exitCode, output: stdout + stderr };
}

// As docs/chef.md describes for client.rb.
function register(options: string, isFromSource: boolean): string {
  return [
    ...(isFromSource ? [`$LOAD_PATH.unshift(${JSON.stringify(join(gemFolder, 'lib'))})`] : []),
    `require 'chef-handler-anthracite'`,
    `anthracite = Chef::Handler::Anthracite.new(${options})`,
    'report_handlers << anthracite',
    'exception_handlers << anthracite',
  ].join('\n');
}
