// Completion in the shells: bash, zsh and fish, against a real server.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { runHere } from './in-process';
import { cleanEnvironment, type Served, serve } from './program';

const folder = temporaryFolder();
const bin = join(folder, 'bin');
const main = join(__dirname, '../src/main.js');
let server: Served;

beforeAll(async () => {
  server = await serve(join(folder, 'anthracite.db'));
  mkdirSync(bin);
  writeFileSync(join(bin, 'anthracite'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
    mode: 0o755,
  });
  const crowd = Array.from({ length: 60 }, (_, i) => `1500000${100 + i} crowd;host=web${i};version=1 x\n`);
  await server.send(
    [
      '1500000000 deploy_web;env=prod x\n',
      '1500000001 deploy_api;env=stage x\n',
      `1500000002 deploy$(touch\${IFS}${folder}/run)\`touch\${IFS}${folder}/run\` x\n`,
      "1500000003 deploy'quote x\n",
      '1500000004 deploy\u001b[31m x\n',
      ...crowd,
    ].join(''),
  );
});

async function shell(program: string, args: readonly string[]): Promise<string> {
  const { PATH, ...others } = cleanEnvironment();
  const env = { ...others, PATH: `${bin}:${PATH}`, ANTHRACITE_URL: server.url, TERM: 'xterm' };
  const child = spawn(program, args, { env, cwd: folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.stdin.end();
  await once(child, 'close');
  return output;
}

// On a slow machine the server can take longer than the time limit of a key press.
async function eventually<T>(ask: () => Promise<T>, check: (answer: T) => void): Promise<void> {
  for (let left = 5; left > 0; left--) {
    const answer = await ask();
    try {
      return check(answer);
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

const completed = async (...words: string[]): Promise<string[]> => {
  const { exitCode, stdout } = await runHere(['completion', 'bash', '--', ...words], {
    env: { ANTHRACITE_URL: server.url },
  });
  expect(exitCode).toBe(0);
  return stdout.split('\n').slice(0, -1);
};

test.each([
  [['li'], ['list']],
  [['list', '--js'], ['--json']],
  [['list', '--format', 'x'], ['xml']],
  [['list', '--format=x'], ['--format=xml']],
  [
    ['list', '--type', 'deploy'],
    ['deploy_api', 'deploy_web'],
  ],
  [
    ['list', '--utc', '--type=deploy'],
    ['--type=deploy_api', '--type=deploy_web'],
  ],
  [['send', 'deploy_w'], ['deploy_web']],
  [['send', 'deploy_web', '--tag', 'env=p'], ['env=prod']],
  [
    ['delete', '--none', 'e'],
    ['env=prod', 'env=stage'],
  ],
  [
    ['list', '--tag', ''],
    ['env=', 'host=', 'version='],
  ],
  [['tail', '--group', 'v'], ['version']],
  [['types', 'cr'], ['crowd']],
  [['list', '--time-zone', 'Europe/Amst'], ['Europe/Amsterdam']],
  [['token', 're'], ['revoke']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['list', '--token-file', ''], [':files']],
  [['import', ''], [':files']],
  [['list', '--from', ''], []],
  [['list', '--', '--t'], []],
  [['list', '--server', 'http://127.0.0.1:2999', '--type', ''], []],
  [['list', '--server', 'nonsense://', '--type', ''], []],
  [['list', '--token-file', '/none', '--type', ''], []],
])('completes %j to %j', async (words, expected) => {
  await eventually(
    () => completed(...words),
    (found) => expect(found).toEqual(expected),
  );
});

test('offers every command and every long option', async () => {
  const { stdout } = await runHere(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]);
  expect(commands.length).toBeGreaterThan(15);
  expect(await completed('')).toEqual(
    expect.arrayContaining(commands.filter((name) => name !== 'anthracite')),
  );
  expect(await completed('list', '--t')).toEqual(['--type', '--tag', '--time-zone', '--token-file']);
});

const withBash = needs('bash', hasProgram('bash', '--version'));
const withZsh = needs('zsh', hasProgram('zsh', '--version'));
const withFish = needs('fish', hasProgram('fish', '--version'));

describe('bash', () => {
  /** The line when the key was pressed, split into words as Bash does. */
  async function press(line: string, ...words: string[]): Promise<string> {
    const script = `source <(anthracite completion bash)
COMP_LINE=$1; COMP_POINT=\${#1}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_anthracite anthracite; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return shell('bash', ['--norc', '-c', script, 'bash', line, ...words]);
  }

  withBash('completes words that Bash splits at = and :', async () => {
    await eventually(
      () => press('anthracite li', 'anthracite', 'li'),
      (found) => expect(found).toBe('list\n'),
    );
    await eventually(
      () => press('anthracite list --type deploy', 'anthracite', 'list', '--type', 'deploy'),
      (found) => expect(found).toBe('deploy_api\ndeploy_web\n'),
    );
    const split = ['anthracite', 'list', '--tag', '=', 'env', '=', 'p'];
    await eventually(
      () => press('anthracite list --tag=env=p', ...split),
      (found) => expect(found).toBe('prod\n'),
    );
    await eventually(
      () => press('anthracite list --tag=', ...split.slice(0, 4)),
      (found) => expect(found).toBe('env=\nhost=\nversion=\n'),
    );
    await eventually(
      () => press("anthracite list --type 'deploy_w", 'anthracite', 'list', '--type', "'deploy_w"),
      (found) => expect(found).toBe('deploy_web\n'),
    );
  });
});

describe('zsh', () => {
  withZsh('completes', async () => {
    // A zsh in a terminal of another one, as in its own tests.
    const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; autoload -U compinit; compinit -u -D; source <(anthracite completion zsh); zstyle ':completion:*' list-separator ' '; print -r REA''DY"
line=; while [[ $line != *READY* ]]; do zpty -r z line || exit 1; done
for typed in 'anthracite li' 'anthracite list --type deploy_w' 'anthracite list --type=deploy_w' 'anthracite list --tag env=p'; do
  zpty -n -w z "$typed"$'\\t'
  zpty -w z $'\\C-a: "\\C-e"; print -r DO""NE'
  line=; while [[ $line != *DONE* ]]; do zpty -r z line || exit 1; print -rn -- "$line"; done
done
zpty -d z`;
    await eventually(
      () => shell('zsh', ['-f', '-c', script]),
      (output) => {
        for (const whole of ['anthracite list', '--type deploy_web', '--type=deploy_web', '--tag env=prod'])
          expect(output).toContain(whole);
      },
    );
  });
});

describe('fish', () => {
  withFish('completes with descriptions', async () => {
    const press = (line: string): Promise<string> =>
      shell('fish', [
        '--no-config',
        '-c',
        'anthracite completion fish | source; complete -C "$argv[1]"',
        line,
      ]);
    await eventually(
      () => press('anthracite li'),
      (found) => expect(found).toBe('list\tlist events\n'),
    );
    await eventually(
      () => press('anthracite list --type deploy'),
      (found) => expect(found).toBe('deploy_api\t1 event\ndeploy_web\t1 event\n'),
    );
    await eventually(
      () => press('anthracite list --tag=env=p'),
      (found) => expect(found).toBe('--tag=env=prod\t1 event\n'),
    );
    await eventually(
      () => press('anthracite list --token-file bi'),
      (found) => expect(found).toContain('bin/'),
    );
  });
});

test('never runs a part of a name', () => {
  expect(existsSync(join(folder, 'run'))).toBe(false);
  expect(spawnSync('sh', ['-c', `ls '${folder}'`], { encoding: 'utf8' }).stdout).not.toContain('run');
});
