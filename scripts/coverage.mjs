// npm run coverage -- [suite ...]: runs suites, and prints the share of compiled lines that ran, by package, including all child
// processes and threads. Without names it runs the suites that need no browser and no other program.
// npm run coverage -- --pure: runs only the quick suites of pure code, and prints their figure. CI runs it.
//
// Processes that are killed report no coverage. Uses about 20 % more processor time, and a megabyte of disk per process.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './children.mjs';
import { root } from './prepare.mjs';

const isPure = process.argv[2] === '--pure';
const [rows, usual] = isPure
  ? [
      [
        'protocol',
        ...['query', 'report', 'suspects', 'formats', 'graphite'].map((name) => `server/src/${name}`),
      ],
      [
        'protocol/dist/test/(?!bridge|client)',
        'server/dist/test/(query|report|suspects/parts|formats|graphite)',
      ],
    ]
  : [
      ['protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli'],
      [
        ...['protocol/dist', 'puppet-reporter/dist/test/(golden|idle|secret)'],
        'chef-handler/dist/test/(golden|secret)',
        'server/dist/test/(query|formats|graphite|http|report|storage|suspects/parts|tcp|web|access/(tokens|hosts|feeds))',
        'cli/dist/test/(import/|list|marks|meaning|report|spool|suspects|tail|token|usage|wrap|deploy|changes|check)',
      ],
    ];
const skipped = isPure ? ['protocol/src/client/', 'protocol/src/bridge/'] : ['server/src/web/client/'];
/** Jest wraps each loaded file in a function, followed by this text. */
const behindWrapper = '\n}});'.length;

const folder = mkdtempSync(join(tmpdir(), 'anthracite-coverage-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const suites = process.argv.slice(isPure ? 3 : 2);
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const exitCode = await runChild(process.execPath, [jest, ...(suites.length > 0 ? suites : usual)], {
  cwd: root,
  env: { ...process.env, NODE_V8_COVERAGE: folder },
});
print(readRuns());
process.exitCode = exitCode;

/** File -> a byte per character: 1 if it ran. */
function readRuns() {
  const files = new Map(
    compiledFiles().map((file) => {
      const text = readFileSync(file, 'utf8');
      return [file, { text, ran: new Uint8Array(text.length) }];
    }),
  );
  for (const name of readdirSync(folder)) {
    for (const { url, functions } of readCoverage(join(folder, name))) {
      const known = url.startsWith('file:') ? files.get(fileURLToPath(url)) : undefined;
      if (known !== undefined) addRun(known, functions);
    }
  }
  return files;
}

function readCoverage(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).result;
  } catch {
    return []; // from a process that was killed during the write
  }
}

// Ranges are nested, outer ranges first: the innermost range has the count of a character.
function addRun({ text, ran }, functions) {
  const whole = functions[0]?.ranges[0]?.endOffset ?? 0;
  const before = whole > text.length ? whole - text.length - behindWrapper : 0;
  const here = new Uint8Array(text.length);
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) {
      here.fill(count > 0 ? 1 : 0, Math.max(0, startOffset - before), Math.max(0, endOffset - before));
    }
  }
  for (let i = 0; i < here.length; i++) ran[i] |= here[i];
}

function print(files) {
  const counted = rows.map((name) => {
    const own = [...files].filter(([file]) => sourceOf(file).startsWith(`${name}/`));
    return [name, sum(own.map(([, file]) => countLines(file)))];
  });
  for (const [name, lines] of [...counted, ['all', sum(counted.map(([, lines]) => lines))]]) {
    process.stdout.write(`${name.padEnd(20)} ${share(lines).padStart(7)} of ${lines.all} lines ran\n`);
  }
  const most = [...files]
    .map(([file, of]) => [sourceOf(file), countLines(of)])
    .sort(([, one], [, other]) => other.all - other.ran - (one.all - one.ran))
    .slice(0, 10);
  process.stdout.write('\nMost lines that did not run:\n');
  for (const [file, { all, ran }] of most)
    process.stdout.write(`${String(all - ran).padStart(5)} of ${all}  ${file}\n`);
}

/** The number of lines with code, and of lines that ran: a line ran if its first character ran. */
function countLines({ text, ran }) {
  const lines = { all: 0, ran: 0 };
  let at = 0;
  for (const line of text.split('\n')) {
    const code = line.trimStart();
    if (/[\w(]/.test(code) && !/^(?:\/\/|\/\*|\*|"use strict")/.test(code)) {
      lines.all++;
      lines.ran += ran[at + line.length - code.length];
    }
    at += line.length + 1;
  }
  return lines;
}

function sum(parts) {
  return parts.reduce((one, other) => ({ all: one.all + other.all, ran: one.ran + other.ran }), {
    all: 0,
    ran: 0,
  });
}

function share({ all, ran }) {
  return `${((100 * ran) / all).toFixed(1)} %`;
}

// Without the bundles for browsers, which are not measured, and compiled files without a source.
function compiledFiles() {
  return [...new Set(rows.map((name) => name.split('/')[0]))]
    .map((name) => join(root, name, 'dist', 'src'))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)))
    .filter((file) => {
      const source = sourceOf(file);
      const isThere =
        file.endsWith('.js') && [source, `${source}x`].some((path) => existsSync(join(root, path)));
      return (
        isThere &&
        rows.some((name) => source.startsWith(`${name}/`)) &&
        !skipped.some((name) => source.startsWith(name))
      );
    });
}

/** The source of a compiled file, as a path from the root. */
function sourceOf(file) {
  return relative(root, file).replace('/dist/', '/').replace(/\.js$/, '.ts');
}
