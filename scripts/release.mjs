// npm run release -- <version> [root]: sets one version in all parts, and adds a heading to the changelogs. Does not commit, tag or publish.
// npm run release -- --check [root]: checks that all parts have the same version; exit code 1 if not.
// npm run release -- --out <folder> [--only <artefacts>]: makes the artefacts and their hashes.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [request, ...rest] = process.argv.slice(2);
const [root = join(dirname(fileURLToPath(import.meta.url)), '..')] = rest;

const packages = [
  ...['testing', 'protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli', 'bench'],
  'grafana-datasource',
];
const number = String.raw`\d+\.\d+\.\d+`;
const inJson = new RegExp(`^(  "version": ")(${number})(",)$`, 'm');

/** All places of the version, as the text before it, the version and the text after it. */
const places = [
  ['package.json', inJson],
  ...packages.map((name) => [`${name}/package.json`, inJson]),
  ['puppet-reporter/module/metadata.json', inJson],
  ['chef-handler/gem/lib/chef_handler/anthracite/version.rb', new RegExp(`(VERSION = ')(${number})(')`)],
  ['chef-handler/cookbook/anthracite_handler/metadata.rb', new RegExp(`^(version ')(${number})(')$`, 'm')],
  ['docs/cli.md', new RegExp(`(anthracite )(${number})( is ready)`)],
  ['docs/install.md', new RegExp(`^(    version=)(${number})($)`, 'm')],
];

/** The changelogs of separately published packages: each starts with the newest version. */
const ownChangelogs = [
  'grafana-datasource/CHANGELOG.md',
  'puppet-reporter/module/CHANGELOG.md',
  'chef-handler/gem/CHANGELOG.md',
  'chef-handler/cookbook/anthracite_handler/CHANGELOG.md',
];
const newest = new RegExp(`^## (?:\\[)?(${number})`, 'm');
const unreleased = new RegExp(`^## Unreleased(?: \\(${number}\\))?$`, 'm');

const read = (file) => readFileSync(join(root, file), 'utf8');
const write = (file, text) => writeFileSync(join(root, file), text);
const say = (text) => process.stdout.write(`${text}\n`);

if (request === '--check') check();
else if (request === '--out') await makeAll(rest);
else if (new RegExp(`^${number}$`).test(request ?? '')) release(request);
else {
  process.stderr.write(`"${request ?? ''}" is not a version; expected one such as 0.2.0, --check or --out\n`);
  process.exitCode = 2;
}

function check() {
  const found = [
    ...places.map(([file, pattern]) => [file, pattern.exec(read(file))?.[2] ?? 'none']),
    ...ownChangelogs.map((file) => [file, newest.exec(read(file))?.[1] ?? 'none']),
  ];
  const [[, version]] = found;
  const others = found.filter(([, other]) => other !== version);
  for (const [file, other] of others)
    process.stderr.write(`${file} has ${other}, package.json has ${version}\n`);
  if (!unreleased.test(read('CHANGELOG.md')) && newest.exec(read('CHANGELOG.md'))?.[1] !== version) {
    process.stderr.write(`CHANGELOG.md has neither "## Unreleased" nor "## ${version}" first\n`);
    process.exitCode = 1;
  }
  if (others.length > 0) process.exitCode = 1;
  if (process.exitCode !== 1) say(`${found.length} places have version ${version}`);
}

async function makeAll([folder, option, names]) {
  // Loaded here, because the other requests need no installed packages.
  const { artefactNames, makeArtefacts } = await import('./artefacts/make.mjs');
  const chosen = option === undefined ? artefactNames : (names?.split(',') ?? []);
  const isUnknown = chosen.length === 0 || chosen.some((name) => !artefactNames.includes(name));
  if (folder === undefined || ![undefined, '--only'].includes(option) || isUnknown) {
    process.stderr.write(
      `expected --out <folder>, and optionally --only with names of ${artefactNames.join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  await makeArtefacts(folder, chosen);
}

function release(version) {
  const missing = places.filter(([file, pattern]) => !pattern.test(read(file))).map(([file]) => file);
  if (!unreleased.test(read('CHANGELOG.md'))) missing.push('CHANGELOG.md');
  if (missing.length > 0) {
    for (const file of missing)
      process.stderr.write(`${file} has no place for the version; nothing was changed\n`);
    process.exitCode = 1;
    return;
  }
  for (const [file, pattern] of places) write(file, read(file).replace(pattern, `$1${version}$3`));
  const day = new Date().toISOString().slice(0, 10);
  write('CHANGELOG.md', read('CHANGELOG.md').replace(unreleased, `## Unreleased\n\n## ${version} (${day})`));
  for (const file of ownChangelogs) {
    const text = read(file);
    const heading = `## ${version} (${day})`;
    if (newest.exec(text)?.[1] === version) write(file, text.replace(`## ${version} (unreleased)`, heading));
    else
      write(file, text.replace(newest, `${heading}\n\nSee the changelog of Anthracite ${version}.\n\n## $1`));
  }
  say(`${places.length} places have version ${version}. Next:

  1. Read CHANGELOG.md, and say in these what their users will see:
${ownChangelogs.map((file) => `       ${file}`).join('\n')}
  2. npm run format && .ci/run
  3. git commit -am 'Release ${version}' && git tag v${version}
  4. Push the commit and the tag. Then publish the packages, the plugin, the gem, the cookbook and the module.`);
}
