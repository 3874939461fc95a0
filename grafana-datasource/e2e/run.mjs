// Runs the tests in a real Grafana: GRAFANA_URL=http://127.0.0.1:3000 npm run e2e [-- file...]. Without GRAFANA_URL nothing runs.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

if (!process.env.GRAFANA_URL) {
  process.stderr.write(
    'e2e: GRAFANA_URL is not set, so nothing was tested; it names a Grafana with the plugin in it\n',
  );
  process.exit(0);
}
const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
// The sign-in is kept in the folder in which Playwright runs.
const { status } = spawnSync(process.execPath, [cli, 'test', ...process.argv.slice(2)], {
  cwd: folder,
  stdio: 'inherit',
});
process.exit(status ?? 1);
