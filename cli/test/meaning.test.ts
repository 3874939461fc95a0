// Impossible values of an event: invalid times are refused, and unknown severities give a warning,
// with every command that sends.

import { runHere, startServer } from './in-process';
import { run } from './program';

let url: string;

beforeEach(async () => {
  url = await startServer();
});

const ask = (args: readonly string[], input = '') => runHere(args, { input, env: { ANTHRACITE_URL: url } });

const warning = 'warning: the severity in the type "incident_sev9_start" is ignored; expected sev1 to sev4\n';

test.each([
  ['send', ['send', 'incident_sev9_start', 'x', '-t', 'incident=k'], '', `anthracite: ${warning}`],
  ['start', ['start', 'incident_sev9', 'x', '--key', 'k'], '', `anthracite: ${warning}`],
  ['import', ['import', '-'], '1467844481 incident_sev9_start;incident=k x\n', `item 1: ${warning}`],
  [
    'import of JSON',
    ['import', '-'],
    '{"time":1467844481000,"type":"incident_sev9_start","tags":["incident=k"],"description":"x"}',
    `item 1: ${warning}`,
  ],
])('warns once of an unknown severity in %s, and stores the event', async (_name, args, input, said) => {
  expect(await ask(args, input)).toMatchObject({ exitCode: 0, stderr: said });
  expect((await ask(['export'])).stdout).toMatch(/^\d+\S* incident_sev9_start;incident=k "x"\n$/);
});

test('warns in wrap at the start of its command', async () => {
  const args = ['wrap', '--stem', 'incident_sev9', '--key', 'k', '--server', url, 'true'];
  expect(await run(args)).toEqual({ exitCode: 0, stdout: '', stderr: `anthracite: ${warning}` });
});

test.each(['45987.4270833', '45987', '0'])(
  'refuses %s, the day number of a spreadsheet, in an import of CSV, with a hint',
  async (serial) => {
    const rows = `time,type,description\n2026-11-27T10:15Z,a,good\n${serial},a,bad\n`;
    const ended = await ask(['import', '-'], rows);
    expect(ended).toMatchObject({ exitCode: 1, stdout: 'stored=1 duplicate=0 rejected=1\n' });
    expect(ended.stderr).toMatch(
      new RegExp(
        `^item 2: the time "${serial}", in seconds since 1970, is 19[67]\\d-.*; if it is the day number of a spreadsheet, format the column as a date\\. Write times before 1980 as text`,
      ),
    );
    const { stdout } = await ask(['rejects', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'TIME_BEFORE_1980' });
    expect((await ask(['export'])).stdout).toBe('1795774500 a "good"\n');
  },
);

test('refuses seconds instead of milliseconds in an import of JSON, with a hint', async () => {
  const items = [1_795_774_500_000, 1_795_774_500].map((time) => ({ time, type: 'a', description: 'x' }));
  const ended = await ask(['import', '-'], JSON.stringify(items));
  expect(ended).toMatchObject({ exitCode: 1, stdout: 'stored=1 duplicate=0 rejected=1\n' });
  expect(ended.stderr).toMatch(/^item 2: .*; if it counts seconds, multiply it by 1000\./);
});
