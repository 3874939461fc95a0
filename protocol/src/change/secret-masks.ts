// Reads the masks for secrets that TypeScript, Ruby and Python share: `protocol/data/secret-masks.json`.

interface SecretMasks {
  readonly parts: Readonly<Record<string, string>>;
  readonly masks: readonly { readonly form: string; readonly replacement: string }[];
  readonly commands: Readonly<Record<'types' | 'form' | 'name' | 'program', string>>;
}

// Required, so that a bundle contains it.
const list = require('../../../data/secret-masks.json') as SecretMasks;

// `{name}` inserts a part, `<word>` matches the word in upper and lower case.
function expand(form: string): string {
  return form
    .replace(/\{([a-z]+)\}/g, (_place, name: string) => expand(list.parts[name] ?? ''))
    .replace(/<([a-z-]+)>/g, (_place, word: string) =>
      word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`),
    );
}

/** Patterns of secrets and their replacements, in the order in which they apply. */
export const secretMasks: readonly (readonly [RegExp, string])[] = list.masks.map(({ form, replacement }) => [
  new RegExp(expand(form), 'gu'),
  replacement.replaceAll('\\1', '$1'),
]);

const commandForm = (name: keyof SecretMasks['commands']): RegExp =>
  new RegExp(expand(list.commands[name]), 'u');

/** Patterns that distinguish commands from names: types that run commands, titles that are commands, single words, programs. */
export const commandForms = {
  types: commandForm('types'),
  title: commandForm('form'),
  name: commandForm('name'),
  program: commandForm('program'),
};
