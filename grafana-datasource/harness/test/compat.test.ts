// The same sources and the same build with the packages of every line of Grafana that the plugin declares.
// Takes a minute for each, and two more the first time, so only where peers are required.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const plugin = join(__dirname, '..', '..');
const isRequired = process.env['ANTHRACITE_TEST_PEERS'] === 'required';
const testOfVersions = isRequired ? test.each : test.skip.each;

testOfVersions(['11.6.14', '12.4.10', '13.1.1'])(
  `keeps types, tests and the built plugin working with the packages of Grafana %s${isRequired ? '' : ' (when peers are required)'}`,
  (version) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/compat.mjs', version], {
      cwd: plugin,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Grafana ${version}: the built plugin works in its page`);
  },
  1_200_000,
);
