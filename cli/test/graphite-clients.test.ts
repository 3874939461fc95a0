// Replays the cases that Graphite reads in another way than Anthracite against a real graphite-web, which must answer as
// in the cases.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GraphiteWeb,
  missingGraphite,
  startGraphite,
} from '@anthracite/bench/dist/src/peers/graphite-web';
import { atEnd, needs, temporaryFolder } from '@anthracite/testing';

const conformance = join(__dirname, '../../../server/test/conformance');
const hasPython = spawnSync('python3', ['--version']).status === 0;
let graphite: GraphiteWeb | undefined;
atEnd(async () => graphite?.stop());

interface Case {
  readonly name: string;
  readonly steps: readonly { readonly expect: object; readonly graphite?: object }[];
}

needs('graphite-web', missingGraphite() === null && hasPython)(
  'gets the documented answers from a real graphite-web',
  async () => {
    const folder = temporaryFolder();
    graphite = await startGraphite(folder);
    const cases = JSON.parse(readFileSync(join(conformance, 'client-cases.json'), 'utf8')) as Case[];
    const theirs = cases.map((one) => ({
      ...one,
      steps: one.steps.map(({ graphite: answer, ...step }) => ({ ...step, expect: answer ?? step.expect })),
    }));
    const file = join(folder, 'cases.json');
    writeFileSync(file, JSON.stringify(theirs));
    const replay = spawn('python3', [join(conformance, 'replay.py'), graphite.url, '--cases', file]);
    let output = '';
    replay.stdout.on('data', (text) => {
      output += text;
    });
    await once(replay, 'close');
    expect(output).toMatch(new RegExp(`^${cases.length} passed, 0 failed`));
  },
  600_000,
);
