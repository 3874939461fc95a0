// Makes what Ruby programs install: the Puppet module, and Chef's gem and cookbook. The cookbook contains the gem.

import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inNewFolder, runQuietly } from './npm-package.mjs';

const cookbook = 'anthracite_handler';

/** Packs the Puppet module into `out`. Returns the name of the tarball. */
export function makePuppetModule(root, out) {
  return [basename(runQuietly('bash', [join(root, 'scripts/puppet-module.sh'), out], root).trim())];
}

/** Builds Chef's gem into `out`. Returns its name. */
export function makeGem(root, out, version) {
  const file = `chef-handler-anthracite-${version}.gem`;
  buildGem(root, join(out, file));
  return [file];
}

/** Packs the cookbook with the gem into `out`. Returns the name of the tarball. */
export function makeCookbook(root, out, version) {
  const file = `${cookbook}-${version}.tar.gz`;
  return inNewFolder((folder) => {
    const copy = join(folder, cookbook);
    cpSync(join(root, 'chef-handler/cookbook', cookbook), copy, {
      recursive: true,
      filter: (path) => basename(path) !== '.gitignore',
    });
    mkdirSync(join(copy, 'files'), { recursive: true });
    buildGem(root, join(copy, 'files/chef-handler-anthracite.gem'));
    archive(folder, cookbook, join(out, file));
    return [file];
  });
}

// The same bytes at any time: RubyGems takes the dates of files from this variable.
function buildGem(root, file) {
  const folder = join(root, 'chef-handler/gem');
  const env = { ...process.env, SOURCE_DATE_EPOCH: '315532800' };
  runQuietly('gem', ['build', '--silent', 'chef-handler-anthracite.gemspec', '--output', file], folder, env);
}

function archive(folder, name, file) {
  const same = [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
  ];
  runQuietly('tar', ['--create', '--gzip', '--file', file, ...same, name], folder);
}
