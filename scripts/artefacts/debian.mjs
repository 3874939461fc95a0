// Makes the Debian package of the server, with Node in it: it installs on any Debian and Ubuntu with its C library, without npm and
// without a compiler.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { copyPackage, findPackage, manifestOf, noticesOf } from './dependencies.mjs';
import { manPage } from './man-page.mjs';
import { downloadNode, nodeVersion } from './node-binary.mjs';
import { inNewFolder, runQuietly } from './npm-package.mjs';
import { stageServer } from './server.mjs';

const home = 'usr/lib/anthracite';
const programs = {
  anthracite: 'dist/src/main.js',
  'anthracite-puppet-reporter': 'node_modules/@anthracite/puppet-reporter/dist/src/bridge/main.js',
  'anthracite-chef-handler': 'node_modules/@anthracite/chef-handler/dist/src/bridge/main.js',
};
/** Where completion files are, by shell. */
const completions = {
  bash: 'usr/share/bash-completion/completions/anthracite',
  zsh: 'usr/share/zsh/vendor-completions/_anthracite',
  fish: 'usr/share/fish/vendor_completions.d/anthracite.fish',
};
/** Debian's names of architectures, by Node's. */
const architectures = { x64: 'amd64', arm64: 'arm64' };

/** Builds the package for this machine's architecture into `out`. Returns its name. */
export function makeDebianPackage(root, out, version) {
  const architecture = architectures[process.arch];
  if (architecture === undefined) throw new Error(`there is no Debian package for ${process.arch}`);
  return inNewFolder((work) => {
    const tree = join(work, 'tree');
    const node = downloadNode(process.arch, work);
    addServer(root, tree, node);
    addSystemFiles(root, tree, node);
    addControl(root, tree, { version, architecture });
    for (const name of readdirSync(tree, { recursive: true })) setMode(join(tree, name));
    const file = `anthracite_${version}_${architecture}.deb`;
    // The same bytes at any time.
    const env = { ...process.env, SOURCE_DATE_EPOCH: '315532800' };
    runQuietly(
      'dpkg-deb',
      ['--root-owner-group', '-Zxz', '-z2', '--build', tree, join(out, file)],
      work,
      env,
    );
    return [file];
  });
}

function addServer(root, tree, node) {
  const target = join(tree, home);
  stageServer(root, target);
  const sqlite = findPackage('better-sqlite3-13', join(root, 'server'));
  const copy = join(target, 'node_modules/better-sqlite3-13');
  for (const part of ['lib', 'package.json', 'LICENSE']) copyPackage(join(sqlite, part), join(copy, part));
  const binding = `prebuilds/linux-${process.arch}.node`;
  mkdirSync(join(copy, 'prebuilds'));
  copyFileSync(join(sqlite, binding), join(copy, binding));
  mkdirSync(join(target, 'bin'));
  copyFileSync(node.program, join(target, 'bin/node'));
  for (const [name, main] of Object.entries(programs)) {
    const text = `#!/${home}/bin/node\nrequire('../${main}');\n`;
    writeFileSync(join(target, 'bin', name), text);
    put(tree, `usr/bin/${name}`, (path) => symlinkSync(`../lib/anthracite/bin/${name}`, path));
  }
}

function addSystemFiles(root, tree, node) {
  const from = (name) => join(root, 'packaging/debian', name);
  put(tree, 'etc/anthracite/anthracite.yaml', (path) => copyFileSync(from('anthracite.yaml'), path));
  for (const unit of readdirSync(from('')).filter((name) => /\.(?:service|socket|timer)$/.test(name)))
    put(tree, `usr/lib/systemd/system/${unit}`, (path) => copyFileSync(from(unit), path));
  put(tree, 'usr/share/man/man1/anthracite.1.gz', (path) =>
    writeFileSync(path, gzipSync(manPage(root), { level: 9 })),
  );
  const main = join(root, 'cli/dist/src/main.js');
  for (const [shell, target] of Object.entries(completions)) {
    const script = runQuietly(process.execPath, [main, 'completion', shell], root);
    put(tree, target, (path) => writeFileSync(path, script));
  }
  const sqlite = findPackage('better-sqlite3-13', join(root, 'server'));
  const libraries =
    'The licences of other libraries are in their folders in /usr/lib/anthracite/node_modules.\n\n';
  const nodes = `node ${nodeVersion}\n\n${readFileSync(node.licence, 'utf8')}`;
  put(tree, 'usr/share/doc/anthracite/copyright', (path) =>
    writeFileSync(path, libraries + noticesOf([root, sqlite]) + nodes),
  );
}

function addControl(root, tree, { version, architecture }) {
  const sizeKib = Math.ceil(sizeOf(tree) / 1024);
  for (const script of ['postinst', 'prerm', 'postrm'])
    put(tree, `DEBIAN/${script}`, (path) => copyFileSync(join(root, 'packaging/debian', script), path));
  const control = `Package: anthracite
Version: ${version}
Architecture: ${architecture}
Maintainer: The Anthracite authors <anthracite@anthracite.example>
Installed-Size: ${sizeKib}
Depends: adduser, libc6 (>= 2.28), libstdc++6 (>= 9), libatomic1
Recommends: tzdata
Section: database
Priority: optional
Description: ${manifestOf(root).description.charAt(0).toLowerCase()}${manifestOf(root).description.slice(1)}
 Anthracite stores what happened: deployments, Puppet and Chef changes,
 incidents and manual changes, and finds out what changed. This package has
 the server, which runs as a service, the command anthracite, and the bridges
 for Puppet and Chef. Node ${nodeVersion} is part of it.
`;
  const files = readdirSync(tree, { recursive: true })
    .filter((name) => !name.startsWith('DEBIAN') && statSync(join(tree, name)).isFile())
    .sort();
  const md5 = (name) =>
    createHash('md5')
      .update(readFileSync(join(tree, name)))
      .digest('hex');
  const sums = files.map((name) => `${md5(name)}  ${name}\n`);
  writeFileSync(join(tree, 'DEBIAN/control'), control);
  writeFileSync(join(tree, 'DEBIAN/conffiles'), '/etc/anthracite/anthracite.yaml\n');
  writeFileSync(join(tree, 'DEBIAN/md5sums'), sums.join(''));
}

function put(tree, path, write) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  write(join(tree, path));
}

// Whatever the umask of the builder is.
function setMode(path) {
  const { mode } = statSync(path);
  const isProgram =
    statSync(path).isDirectory() || /\/(?:bin|DEBIAN)\/(?!control|conffiles|md5sums)[^/]+$/.test(path);
  if ((mode & 0o777) !== (isProgram ? 0o755 : 0o644)) chmodSync(path, isProgram ? 0o755 : 0o644);
}

function sizeOf(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
