// npm run mutation -- <area>: makes small changes to the code of an area, and lists the changes that no test detects (Stryker).
//
// Not part of `npm test`, because an area takes from minutes to half an hour. Run `npm run build` first. The HTML report is in
// coverage/mutation/<area>.html. Stryker is installed at first use, in a separate folder.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { areas } from './mutation-areas.mjs';
import { root, run } from './prepare.mjs';
import { say } from './steps.mjs';

/** The last major version of Stryker that runs on Node 20. */
const version = '9.6.1';
/** Score in percent below which an area fails. */
const leastScore = 80;

const [name, ...files] = process.argv.slice(2);
const area = areas[name];
if (area === undefined) {
  say(`expected an area: npm run mutation -- ${Object.keys(areas).join(' | ')} [file ...]`);
  process.exit(2);
}

const home = join(root, 'node_modules', '.anthracite', `stryker-${version}`);
if (!existsSync(join(home, 'node_modules', '@stryker-mutator', 'jest-runner'))) {
  say(`installing Stryker ${version} ...`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const packages = ['core', 'jest-runner'].map((part) => `@stryker-mutator/${part}@${version}`);
  await run('npm', ['install', '--silent', '--no-audit', '--no-fund', ...packages], { cwd: home });
}

const mutated = files.length > 0 ? files : area.mutate;
const reports = join('coverage', 'mutation');
const options = {
  // Its sandbox is a copy of the tree, without files that these tests do not read.
  ignorePatterns: [
    ...['bench', 'cli', 'grafana-datasource', 'findings', 'docs/images', 'coverage', '**/fixtures'],
    ...['chef-handler', 'puppet-reporter', 'server/src/web', 'server/src/doors', 'server/dist/test/browser'],
  ],
  mutate: mutated,
  // The tests run compiled code, so the mutated files are compiled again, without type checks, which mutants would fail.
  buildCommand: `node scripts/mutation-build.mjs ${area.source} ${area.target}`,
  disableTypeChecks: false,
  // Stryker would rewrite these with an older TypeScript API.
  tsconfigFile: 'none',
  testRunner: 'jest',
  plugins: [join(home, 'node_modules', '@stryker-mutator', 'jest-runner', 'dist', 'src', 'index.js')],
  jest: {
    projectType: 'custom',
    config: {
      rootDir: '.',
      // With the tests of the whole tree each suite would run three times.
      projects: [],
      testEnvironment: nodeEnvironment(),
      transform: {},
      moduleNameMapper: { '^fast-check$': '<rootDir>/scripts/mutation-fast-check.cjs' },
      testMatch: area.tests.map((path) => `<rootDir>/${path}`),
      testTimeout: 120_000,
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: Math.max(1, Number(process.env.ANTHRACITE_MUTATION_WORKERS ?? availableParallelism() - 1)),
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: join(reports, `${name}-incremental.json`),
  reporters: ['clear-text', 'html', 'json', 'dots'],
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false, reportTests: false },
  htmlReporter: { fileName: join(reports, `${name}.html`) },
  jsonReporter: { fileName: join(reports, `${name}.json`) },
  tempDirName: 'coverage/mutation/sandbox',
  thresholds: { high: 90, low: leastScore, break: leastScore },
  allowConsoleColors: false,
};
mkdirSync(join(root, reports), { recursive: true });
const file = join(root, reports, `${name}-options.json`);
writeFileSync(file, JSON.stringify(options, null, 2));
say(`mutating ${mutated.join(' ')}`);
const stryker = join(home, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
await run(process.execPath, [stryker, 'run', relative(root, file)]);

// Stryker searches this package in the root, but it is a dependency of jest.
function nodeEnvironment() {
  return ['jest', '@jest/core', 'jest-config', 'jest-environment-node'].reduce(
    (from, name) => createRequire(from).resolve(name),
    join(root, 'package.json'),
  );
}
