// The location of Chef's library, which scripts/peers.sh installs.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of its gems, for GEM_HOME and GEM_PATH. */
export const chefGems = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'anthracite-peers/chef',
);

/** True if it is installed. */
export const hasChef = existsSync(join(chefGems, 'specifications/chef-18.8.11.gemspec'));
