// The Ruby senders follow the runs of a host exactly like the server, and keep the same state.

import { join } from 'node:path';
import { formatLine } from '@anthracite/protocol';
import { followRun, type HostState } from '@anthracite/protocol/change';
import { hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import { packageFolder } from './golden';

const minute = 60_000;
const history = fc.array(
  fc.record({
    failure: fc.constantFrom(null, null, 'a', 'b', 'c'),
    afterMinutes: fc.constantFrom(-2_000, 0, 1, 30, 30, 30, 400, 1_500),
    aheadMinutes: fc.constantFrom(0, 0, 0, 3, 600),
    hasEvent: fc.boolean(),
    hasRun: fc.constantFrom(true, true, true, false),
  }),
  { maxLength: 30 },
);
const host = fc.constantFrom('web01.example.com', 'we b;01', 'größe', 'x'.repeat(80));

needs('ruby', hasProgram('ruby', '-v'))(
  'reports the same in Ruby and TypeScript for runs in any order',
  async () => {
    const hosts = fc
      .sample(fc.tuple(host, history), { numRuns: 300, seed: 20_261_127 })
      .map(([name, runs]) => {
        let now = 1_795_330_800_000;
        return runs.map(({ failure, afterMinutes, aheadMinutes, hasEvent, hasRun }) => {
          now += afterMinutes * minute;
          const time = now + aheadMinutes * minute;
          const tags = ['env=production', 'tool=puppet', 'dc=ams'];
          const type = failure === null ? 'puppet' : 'puppet_failed';
          return {
            run: hasRun ? { tool: 'puppet', host: name, time, failure, tags } : null,
            event:
              hasEvent || failure !== null ? { time: time + 500, type, tags, description: 'x\ny' } : null,
            now,
          };
        });
      });
    const ours = hosts.map((runs) => {
      let state: HostState | null = null;
      return runs.map(({ run, event, now }) => {
        const followed = followRun(state, run, event, now);
        state = followed.state;
        return { lines: followed.events.map(formatLine), state };
      });
    });
    const { exitCode, stdout, stderr } = await runProgram(
      'ruby',
      [join(packageFolder, 'test', 'ruby', 'history.rb')],
      { input: JSON.stringify(hosts) },
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    const theirs = JSON.parse(stdout) as unknown[];
    for (const [i, followed] of ours.entries()) expect(theirs[i]).toEqual(followed);
    const types = ours.flat().flatMap(({ lines }) => lines.map((line) => line.split(/[ ;]/)[1]));
    for (const type of ['puppet_failed_start', 'puppet_failed', 'puppet_failed_end'])
      expect(types.filter((one) => one === type).length).toBeGreaterThan(20);
  },
  600_000,
);

needs('ruby', hasProgram('ruby', '-v'))(
  'reports a failure whose event was lost again with the next run',
  async () => {
    const script = [
      `require '${join(packageFolder, 'module/lib/puppet_x/anthracite/run_history')}'`,
      'folder = PuppetX::Anthracite::RunHistoryFolder.new(ARGV[0], ->(_, text) { warn text })',
      "event = { time: 1_795_330_800_000, type: 'puppet_failed', tags: ['tool=puppet'], description: 'x' }",
      '%i[lost spooled sent].each_with_index do |outcome, i|',
      "  run = { tool: 'puppet', host: 'web01', time: event[:time] + i, failure: 'a', tags: [] }",
      '  folder.follow(run, event, event[:time] + i) { |events| puts events.map { |one| one[:type] }.inspect; outcome }',
      'end',
    ].join('\n');
    const { stdout, stderr } = await runProgram('ruby', ['-e', script, temporaryFolder()]);
    expect([stderr, stdout]).toEqual(['', '["puppet_failed_start"]\n["puppet_failed_start"]\n[]\n']);
  },
);
