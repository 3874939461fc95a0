// Installs the packages of the lock file with npm and the pinned pnpm.

import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runChild } from './children.mjs';
import { watchCompilation } from './compiler.mjs';
import { beginStep, say } from './steps.mjs';

const shownLines = 30;

/** Installs packages. `only` are pnpm's arguments that select projects of the workspace. Exits on failure. */
export async function installPackages(root, packageManager, text, only) {
  const counts = { resolved: 0, fetched: 0, found_in_store: 0, imported: 0 };
  await runNpm(root, {
    args: [
      'exec',
      '--yes',
      '--',
      packageManager,
      'install',
      '--frozen-lockfile',
      '--reporter=ndjson',
      ...only,
    ],
    text,
    done: 'packages are installed',
    failed: 'the packages could not be installed',
    read(line, step) {
      const event = parse(line);
      if (event === null) return line;
      if (event.name === 'pnpm:progress' && event.status in counts) {
        counts[event.status]++;
        // All packages are fetched before the first is linked.
        const there = Math.max(counts.fetched + counts.found_in_store, counts.imported);
        step.update(`${text}: ${there} of ${counts.resolved} packages`);
      }
      if (event.name === 'pnpm:lifecycle' && event.script !== undefined) {
        step.update("getting SQLite's binding");
      }
      if (typeof event.line === 'string') return event.line;
      return event.level === 'error' ? (event.err?.message ?? event.message ?? null) : null;
    },
  });
}

/** Runs npm with this Node as a step. `read` turns a line of output into a message, or null. Exits on failure. */
export async function runNpm(root, { args, text, done, failed, read = (line) => line }) {
  const step = beginStep(text);
  const compilation = watchCompilation(step);
  const last = [];
  const [program, first] = npmProgram();
  const exitCode = await runChild(program, [...first, ...args], {
    cwd: root,
    env: environmentOfNpm(),
    onLine(line, end) {
      const readable = read(line, step);
      if (readable === null) return;
      last.push(readable);
      if (last.length > shownLines) last.shift();
      compilation.read(readable, end);
    },
  });
  if (exitCode === 0) return step.end(done);
  step.end();
  if (!compilation.isImpossible()) {
    process.stderr.write(`${last.join('\n')}\n`);
    say(`${failed} (exit code ${exitCode}); the lines above say why.`);
  }
  process.exit(1);
}

/** The npm that runs this script, if any. */
function npmProgram() {
  const { npm_execpath: outer = '' } = process.env;
  return basename(outer) === 'npm-cli.js' ? [process.execPath, [outer]] : ['npm', []];
}

// Programs that npm starts must use this Node, even if another Node is first on the PATH.
function environmentOfNpm() {
  const { PATH = '' } = process.env;
  const own = dirname(process.execPath);
  const first = PATH.split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find(isExecutable);
  const isOurs = first !== undefined && realpathSync(first) === realpathSync(process.execPath);
  const headers = headersIn(dirname(own));
  return {
    ...process.env,
    // The installer of SQLite's binding also uses this level, and reports at it why it must compile.
    npm_config_loglevel: 'warn',
    ...(isOurs ? {} : { PATH: `${own}${delimiter}${PATH}` }),
    ...(headers === null ? {} : { npm_config_nodedir: headers }),
  };
}

/** The prefix if it has this Node's headers: then a compilation needs no download. */
function headersIn(prefix) {
  const file = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const numberOf = (part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1];
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(numberOf).join('.');
  return version === process.versions.node ? prefix : null;
}

function parse(line) {
  try {
    return line.startsWith('{') ? JSON.parse(line) : null;
  } catch {
    return null;
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
