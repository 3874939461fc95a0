// Finds out what the last word of a typed command line can be. Pure: commands and words in, a question out.

import type { Argument, Command, Option } from 'commander';

/** What is expected: one of some fixed words, or a kind of name to look up. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly { readonly name: string; readonly doc: string }[] }
  | { readonly kind: 'types' | 'tags' | 'keys' | 'openSpans' | 'zones' | 'files' | 'nothing' };

/** A question. */
export interface Question {
  readonly wanted: Wanted;
  /** The typed part of the answer. */
  readonly typed: string;
  /** The part of the word before the answer, such as `--type=`. */
  readonly before: string;
  /** The options that were given with a value, by their long names. */
  readonly given: ReadonlyMap<string, string>;
}

const nothing: Wanted = { kind: 'nothing' };

/** The kinds of option values, by long option name. Files are recognised by their placeholder. */
const optionValues: Readonly<Record<string, Wanted>> = {
  '--type': { kind: 'types' },
  '--tag': { kind: 'tags' },
  '--all': { kind: 'tags' },
  '--any': { kind: 'tags' },
  '--none': { kind: 'tags' },
  '--some': { kind: 'tags' },
  '--add-tag': { kind: 'tags' },
  '--remove-tag': { kind: 'tags' },
  '--group': { kind: 'keys' },
  '--time-zone': { kind: 'zones' },
};

/** The kinds of arguments, by command and argument name. */
const argumentValues: Readonly<Record<string, Wanted>> = {
  'send type': { kind: 'types' },
  'start stem': {
    kind: 'words',
    words: ['incident', 'outage', 'gain'].map((name) => ({ name, doc: '' })),
  },
  'detected span': { kind: 'openSpans' },
  'update span': { kind: 'openSpans' },
  'resolve span': { kind: 'openSpans' },
  'suspects span': { kind: 'openSpans' },
  'types prefix': { kind: 'types' },
  'tags prefix': { kind: 'tags' },
  'import source': { kind: 'files' },
  'flush folder': { kind: 'files' },
};

/** Reads the words after the program's name. The user is still typing the last one. */
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
    // Short options are not offered: they are quicker to type.
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
