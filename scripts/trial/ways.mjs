// How to install each artefact and send an event with it.

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesOf, environmentIn, eventOf, run, sizeOf, startServer } from './place.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const maxClientBytes = 5_000_000;
// Node 20 needs the install script of a library; later versions of Node need none.
const scriptOptions = Number(process.versions.napi) < 10 ? [] : ['--ignore-scripts'];
const chefGems = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'anthracite-peers/chef');

/** Installs the server by npm, and starts it. Returns it with the size of its folder. */
export async function installServer(tarball, folder) {
  const program = await installByNpm(tarball, folder, scriptOptions);
  const server = await startServer(program, [], folder, environmentIn(folder));
  const size = sizeOf(join(folder, 'lib'));
  return { ...server, size };
}

/** By artefact: sends an event from an empty folder to a server. Returns what to print about it. */
export const ways = {
  async server(_file, _folder, server) {
    const answer = await sendLine(server.linePort, 'try_server by npm');
    await eventOf(server, 'try_server');
    const page = await (await fetch(`${server.url}/events/`, { headers: { accept: 'text/html' } })).text();
    const asset = /\/assets\/[\w.-]+\.css/.exec(page)?.[0];
    const { status } = await fetch(server.url + asset);
    if (status !== 200) throw new Error(`the page of the server has no style sheet: ${status} for ${asset}`);
    return `${answer}; ${server.size} installed`;
  },

  async client(file, folder, server) {
    const program = await installByNpm(file, folder, []);
    const bytes = bytesOf(join(folder, 'lib'));
    if (bytes > maxClientBytes)
      throw new Error(`the client has ${bytes} bytes; expected ${maxClientBytes} at most`);
    const native = readdirSync(join(folder, 'lib'), { recursive: true }).filter((name) =>
      name.endsWith('.node'),
    );
    if (native.length > 0) throw new Error(`the client has native code: ${native.join(' ')}`);
    const fastest = await sendTimes(program, [], folder, server, 'try_client');
    return `${sizeOf(join(folder, 'lib'))} installed, no native code; send in ${fastest} ms`;
  },

  async file(file, folder, server) {
    const copy = join(folder, 'anthracite');
    cpSync(file, copy);
    const fastest = await sendTimes(process.execPath, [copy], folder, server, 'try_file');
    return `${sizeOf(copy)}; send in ${fastest} ms`;
  },

  async deb(file, folder, server) {
    await run('dpkg-deb', ['--extract', file, folder]);
    const node = join(folder, 'usr/lib/anthracite/bin/node');
    const program = join(folder, 'usr/lib/anthracite/bin/anthracite');
    const env = { PATH: '/usr/bin:/bin', HOME: folder };
    const own = await startServer(node, [program], folder, env);
    await sendLine(own.linePort, 'try_deb by the package');
    await eventOf(own, 'try_deb');
    await own.stop();
    await run(node, [program, 'send', 'try_deb', 'by its command', '--server', server.url], { env });
    await eventOf(server, 'try_deb');
    return `${sizeOf(file)}, ${sizeOf(folder)} installed`;
  },

  async plugin(file, folder) {
    const { unzipSync } = createRequire(join(root, 'grafana-datasource/package.json'))('fflate');
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const [id] = readdirSync(folder);
    // Grafana's packages in a browser show the unpacked plugin, with events of a server.
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const harness = [
      '-c',
      join(root, 'grafana-datasource/harness/jest.config.js'),
      'browser',
      '-t',
      'points, regions',
    ];
    const env = {
      ...process.env,
      ANTHRACITE_PLUGIN_DIST: join(folder, id),
      ANTHRACITE_TEST_PEERS: 'required',
    };
    await run(process.execPath, [jest, ...harness], { cwd: root, env });
    return `${sizeOf(file)}; shows events in a browser`;
  },

  async module(file, folder, server) {
    const modules = join(folder, 'modules');
    for (const name of ['modules', 'conf', 'var']) mkdirSync(join(folder, name));
    const env = environmentIn(folder);
    await run('puppet', ['module', 'install', file, '--target-dir', modules, '--ignore-dependencies'], {
      env,
    });
    writeFileSync(join(folder, 'conf/anthracite.yaml'), `port: ${server.linePort}\n`);
    writeFileSync(join(folder, 'site.pp'), `file { '${folder}/changed': content => 'x' }\n`);
    const where = [
      '--confdir',
      join(folder, 'conf'),
      '--vardir',
      join(folder, 'var'),
      '--modulepath',
      modules,
    ];
    const args = [
      'apply',
      join(folder, 'site.pp'),
      '--detailed-exitcodes',
      '--reports',
      'anthracite',
      ...where,
    ];
    await run('puppet', args, { env, accepts: [2] });
    return firstLine(await eventOf(server, 'puppet'));
  },

  async gem(file, folder, server) {
    const gems = join(folder, 'gems');
    await run('gem', ['install', '--local', '--no-document', '--install-dir', gems, file], {
      env: environmentIn(folder),
    });
    const handler = [
      `require 'chef-handler-anthracite'`,
      `anthracite = Chef::Handler::Anthracite.new(host: '127.0.0.1', port: ${server.linePort}, tags: ['by=gem'])`,
      'report_handlers << anthracite',
    ].join('\n');
    await runChef(folder, gems, {
      run_list: ['role[web]'],
      node_name: 'gem.example.com',
      client_rb: handler,
    });
    return firstLine(await eventOf(server, 'chef', 'gem.example.com'));
  },

  async cookbook(file, folder, server) {
    const gems = join(folder, 'gems');
    mkdirSync(gems);
    const attributes = { anthracite_handler: { options: { port: server.linePort, tags: ['by=cookbook'] } } };
    await runChef(
      folder,
      gems,
      { run_list: ['recipe[anthracite_handler]', 'role[web]'], node_name: 'cookbook.example.com' },
      async (repo) => {
        await run('tar', ['--extract', '--file', file, '--directory', join(repo, 'cookbooks')]);
        const environment = join(repo, 'environments/production.json');
        const text = JSON.parse(readFileSync(environment, 'utf8'));
        writeFileSync(environment, JSON.stringify({ ...text, default_attributes: attributes }));
      },
    );
    return firstLine(await eventOf(server, 'chef', 'cookbook.example.com'));
  },
};

/** Installs a package globally below a folder, and returns the path of its command. */
async function installByNpm(tarball, folder, options) {
  const args = ['install', '--global', '--prefix', folder, '--no-audit', '--no-fund', ...options, tarball];
  await run('npm', args, { cwd: folder, env: environmentIn(folder) });
  return join(folder, 'bin/anthracite');
}

/** Sends events with a command, and returns the time of the fastest in milliseconds. */
async function sendTimes(program, args, folder, server, type) {
  const env = environmentIn(folder, { ANTHRACITE_URL: server.url, XDG_STATE_HOME: folder });
  const times = [];
  for (const number of [1, 2, 3, 4, 5]) {
    const began = performance.now();
    await run(program, [...args, 'send', type, `number ${number}`], { env });
    times.push(performance.now() - began);
  }
  await eventOf(server, type);
  const listed = await run(program, [...args, 'list', '--from', '-1h', '--type', type], { env });
  if (!listed.includes('number 5')) throw new Error(`the command does not list its event:\n${listed}`);
  return Math.round(Math.min(...times));
}

/** Sends a line to a port, and returns the answer. */
async function sendLine(port, text) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(`${Math.floor(Date.now() / 1_000)} ${text}\n`);
  let answer = '';
  for await (const part of socket) answer += part;
  if (!answer.startsWith('ok stored=1 ')) throw new Error(`the line port answered: ${answer}`);
  return answer.trim();
}

/** Converges a run list with Chef's client class, in a copy of the repository of the tests. */
async function runChef(folder, gems, task, change = () => {}) {
  const sources = join(root, 'chef-handler/test/chef');
  const repo = join(folder, 'repo');
  cpSync(join(sources, 'repo'), repo, { recursive: true });
  mkdirSync(join(folder, 'target'));
  await change(repo);
  const env = { PATH: process.env.PATH, HOME: folder, GEM_HOME: gems, GEM_PATH: chefGems };
  const whole = { id: 0, folder, repo, environment: 'production', env, ...task };
  const ofChef = { ...process.env, GEM_HOME: chefGems, GEM_PATH: chefGems, TMPDIR: tmpdir() };
  const input = `${JSON.stringify(whole)}\n`;
  const output = await run('ruby', [join(sources, 'converge.rb')], { env: ofChef, input });
  if (JSON.parse(output).outcome?.result !== 'success')
    throw new Error(`Chef's run failed:\n${output}${readFileSync(join(folder, 'chef.log'), 'utf8')}`);
}

const firstLine = (text) => text.split('\n')[0];
