// What a command line that is being typed asks for in place of its last word. Pure: commands and words in, a question
// out; knows no server and no shell.

import type { Argument, Command, Option } from 'commander';

/** What may stand there: one of some words, or something that is to be looked up. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly { readonly name: string; readonly doc: string }[] }
  | { readonly kind: 'types' | 'tags' | 'keys' | 'openSpans' | 'zones' | 'files' | 'nothing' };

/** A question. */
export interface Question {
  readonly wanted: Wanted;
  /** What is typed already of the answer. */
  readonly typed: string;
  /** What stands before it in the same word: `--type=`. */
  readonly before: string;
  /** The options that were given with a value, by their long names. */
  readonly given: ReadonlyMap<string, string>;
}

const nothing: Wanted = { kind: 'nothing' };

/** What the values of options are, by their long names. Files are known by their placeholder. */
const optionValues: Readonly<Record<string, Wanted>> = {
  '--type': { kind: 'types' },
  '--tag': { kind: 'tags' },
  '--all': { kind: 'tags' },
  '--any': { kind: 'tags' },
  '--none': { kind: 'tags' },
  '--add-tag': { kind: 'tags' },
  '--remove-tag': { kind: 'tags' },
  '--group': { kind: 'keys' },
  '--time-zone': { kind: 'zones' },
};

/** What arguments are, by command and name. */
const argumentValues: Readonly<Record<string, Wanted>> = {
  'send type': { kind: 'types' },
  'start stem': {
    kind: 'words',
    words: ['incident', 'outage', 'gain'].map((name) => ({ name, doc: '' })),
  },
  'detected which': { kind: 'openSpans' },
  'resolve which': { kind: 'openSpans' },
  'suspects which': { kind: 'openSpans' },
  'types prefix': { kind: 'types' },
  'tags prefix': { kind: 'tags' },
  'import source': { kind: 'files' },
};

/** Reads the words behind the program's name, the last of which is being typed. */
export function readQuestion(program: Command, words: readonly string[]): Question {
  const typed = words.at(-1) ?? '';
  const given = new Map<string, string>();
  let command = program;
  let argument = 0;
  let pending: Option | undefined;
  let isPlain = false;
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) {
      given.set(pending.long ?? '', word);
      pending = undefined;
    } else if (word === '--') isPlain = true;
    else if (!isPlain && word.startsWith('-')) {
      const [name = '', value] = splitOption(word);
      const option = findOption(command, name);
      if (value !== undefined) given.set(option?.long ?? '', value);
      else if (option?.required) pending = option;
    } else {
      const next = command.commands.find((one) => one.name() === word);
      if (next !== undefined && argument === 0) command = next;
      else argument++;
    }
  }
  const ask = (wanted: Wanted, before = '', part = typed): Question => ({
    wanted,
    typed: part,
    before,
    given,
  });
  if (pending !== undefined) return ask(valuesOf(pending));
  const [name = '', value] = splitOption(typed);
  if (!isPlain && value !== undefined) {
    const option = findOption(command, name);
    return ask(option === undefined ? nothing : valuesOf(option), `${name}=`, value);
  }
  if (!isPlain && typed.startsWith('-')) return ask({ kind: 'words', words: optionsOf(command) });
  if (command.commands.length > 0) return ask({ kind: 'words', words: commandsOf(command) });
  return ask(argumentOf(command, argument));
}

function splitOption(word: string): [string, string?] {
  const at = word.indexOf('=');
  return word.startsWith('--') && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word];
}

function findOption(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => name === long || name === short);
}

function optionsOf(command: Command): { name: string; doc: string }[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, short, description }) =>
    // A letter is typed faster than it is looked up.
    [short, long].flatMap((name) => (name?.startsWith('--') ? [{ name, doc: description }] : [])),
  );
}

function commandsOf(command: Command): { name: string; doc: string }[] {
  const commands = command.createHelp().visibleCommands(command);
  return commands.map((one) => ({ name: one.name(), doc: one.description() }));
}

function valuesOf({ long, argChoices, flags }: Option): Wanted {
  if (argChoices !== undefined) return choices(argChoices);
  return optionValues[long ?? ''] ?? (/<(?:[a-z-]*file|folder)>/.test(flags) ? { kind: 'files' } : nothing);
}

function argumentOf(command: Command, place: number): Wanted {
  const all: readonly Argument[] = command.registeredArguments;
  const last = all.at(-1);
  const argument = all[place] ?? (last?.variadic ? last : undefined);
  if (argument === undefined) return nothing;
  if (argument.argChoices !== undefined) return choices(argument.argChoices);
  return argumentValues[`${command.name()} ${argument.name()}`] ?? nothing;
}

function choices(names: readonly string[]): Wanted {
  return { kind: 'words', words: names.map((name) => ({ name, doc: '' })) };
}
