// A real Chef runs every command of the list of secrets, as a name, as a failing command, as the output of one, and as the
// message of an error: no event shows a secret. The commands find no program, so they do nothing.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chefGems, hasChef, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { defaultMappingOptions, mapMessage } from '../src';
import { packageFolder } from './ruby';

const list = join(packageFolder, '../protocol/vectors/secret-commands.json');
const { commands } = JSON.parse(readFileSync(list, 'utf8')) as {
  readonly commands: readonly { readonly command: string; readonly secret: string }[];
};
const library = join(packageFolder, 'gem/lib/chef_handler/anthracite');

// All failures except the last are ignored, so that one run has them all.
const recipe = (empty: string, texts: string): string => `
list = JSON.parse(File.read(${JSON.stringify(list)}))['commands'].map { |entry| entry['command'] }
list.each_with_index do |text, i|
  execute(text) { command '/bin/true' }
  bash(text) { code 'exit 0' }
  { "task #{i}" => ['/bin/sh', '-c', text], "shell #{i}" => text, "prints #{i}" => "cat ${texts}/#{i}; exit 3" }.each do |name, line|
    execute(name) do
      command line
      cwd '${empty}'
      environment 'PATH' => name.start_with?('prints') ? ENV['PATH'] : '${empty}'
      returns 77
      ignore_failure true
    end
  end
  ruby_block("raises #{i}") do
    block { raise text }
    ignore_failure true
  end
end
execute(list.last) do
  command ['/bin/sh', '-c', list.last]
  cwd '${empty}'
  environment 'PATH' => '${empty}'
  returns 77
end
`;

interface Message {
  readonly resources: readonly { readonly status: string; readonly error_message?: string }[];
}

/** The message of a run as if only this resource had failed. */
function failedBy(message: Message, index: number): string {
  const resource = message.resources[index];
  const error = { class: 'RuntimeError', message: resource?.error_message, backtrace: [], description: {} };
  return JSON.stringify({ ...message, resources: [{ ...resource, ignore_failure: false }], error });
}

needs("Chef's library", hasChef)(
  'hides the secrets of more than 150 commands in a real Chef',
  async () => {
    const folder = temporaryFolder();
    const cookbook = join(folder, 'repo/cookbooks/secrets');
    const [empty, texts] = [join(folder, 'empty'), join(folder, 'texts')];
    for (const path of [empty, texts, join(cookbook, 'recipes')]) mkdirSync(path, { recursive: true });
    cpSync(join(packageFolder, 'test/chef/repo/environments'), join(folder, 'repo/environments'), {
      recursive: true,
    });
    for (const [i, { command }] of commands.entries()) writeFileSync(join(texts, `${i}`), `${command}\n`);
    writeFileSync(join(cookbook, 'metadata.rb'), "name 'secrets'\nversion '1.0.0'\n");
    writeFileSync(join(cookbook, 'recipes/default.rb'), recipe(empty, texts));
    const messages = join(folder, 'messages.jsonl');
    const env = { PATH: process.env['PATH'], HOME: folder, GEM_HOME: chefGems, GEM_PATH: chefGems };
    const task = {
      ...{ id: 0, folder, repo: join(folder, 'repo'), environment: 'production', env, messages },
      run_list: ['recipe[secrets]'],
    };
    const { stdout } = await runProgram('ruby', [join(packageFolder, 'test/chef/converge.rb')], {
      input: `${JSON.stringify(task)}\n`,
      env,
    });
    expect(stdout).toContain('"result":"failure"');
    const whole = readFileSync(messages, 'utf8').trim().split('\n').at(-1) ?? '';
    const message = JSON.parse(whole) as Message;
    const failed = [...message.resources.keys()].filter((i) => message.resources[i]?.status === 'failed');
    expect(failed).toHaveLength(4 * commands.length + 1);
    // Proves that the input contained the secrets.
    for (const { secret } of commands) expect(whole.includes(JSON.stringify(secret).slice(1, -1))).toBe(true);

    const runs = [whole, ...failed.map((i) => failedBy(message, i))];
    const options = { ...defaultMappingOptions, max_length: 1_000_000, max_resources: 10_000 };
    const told = runs.map((run) => {
      const mapped = mapMessage(Buffer.from(run), options);
      return mapped.outcome === 'event' ? mapped.event.description : '';
    });
    expect(told[0]?.split('\n').length).toBeGreaterThan(commands.length);
    expect(told[0]).toContain('execute[mysql ...] run');
    for (const [i, text] of told.entries()) {
      expect([i, text]).toEqual([i, expect.stringMatching(/: failed/)]);
      for (const { secret } of commands) expect(text.includes(secret) ? [text, secret] : []).toEqual([]);
    }
    const script = [
      `require '${join(library, 'run_event')}'`,
      `require '${join(library, 'options')}'`,
      "require 'json'",
      'values = Hash[ChefHandler::Anthracite::Options::TABLE.keys.map { |name| [name, ChefHandler::Anthracite::Options.new[name]] }]',
      `values.merge!('max_length' => ${options.max_length}, 'max_resources' => ${options.max_resources})`,
      '$stdin.set_encoding("UTF-8").each_line do |line|',
      '  puts JSON.generate(ChefHandler::Anthracite::RunEvent.map(JSON.parse(line), values)[:event][:description])',
      'end',
    ].join('\n');
    const ruby = await runProgram('ruby', ['-e', script], { input: `${runs.join('\n')}\n` });
    expect(ruby.stderr).toBe('');
    expect(
      ruby.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as string),
    ).toEqual(told);
  },
  900_000,
);
