// Copies the shared Ruby code into the gem, and the list of secret masks into the gem and the module. Run it after a change of
// these files; tests fail while a copy differs.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const modules = join(root, 'puppet-reporter/module/lib/puppet_x/anthracite');
const gem = join(root, 'chef-handler/gem/lib/chef_handler/anthracite');

const masks = readFileSync(join(root, 'protocol/data/secret-masks.json'), 'utf8');
for (const folder of [modules, gem]) writeFileSync(join(folder, 'secret_masks.json'), masks);
for (const file of [
  'change_text.rb',
  'run_history.rb',
  'run_key.rb',
  'secret_masks.rb',
  'sender.rb',
  'spool.rb',
]) {
  const text = readFileSync(join(modules, file), 'utf8');
  writeFileSync(join(gem, file), text.replaceAll('PuppetX', 'ChefHandler'));
}
