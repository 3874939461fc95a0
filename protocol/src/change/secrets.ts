// Masks values that look like secrets in cleaned text. Pure. It cannot find every secret, so values that are never needed
// (old and new values, diffs, attributes) are not read at all.
// The Ruby senders produce the same bytes: see puppet-reporter/module/lib/puppet_x/anthracite/secret_masks.rb.

import { commandForms, secretMasks } from './secret-masks';

/** The text with `***` instead of values that look like secrets. Clean the text first: it must be one line. */
export function maskSecrets(text: string): string {
  // Most texts match no mask, and a search takes a third of the time of a replacement.
  return secretMasks.reduce(
    (masked, [form, replacement]) =>
      masked.search(form) === -1 ? masked : masked.replace(form, replacement),
    text,
  );
}

/** True for resource types that run commands, and whose titles are often the command itself. */
export function runsCommands(type: string): boolean {
  return commandForms.types.test(type);
}

/** The cleaned title of a resource that runs a command: a name unchanged, a command as its program only (`curl ...`). */
export function commandTitle(title: string): string {
  if (commandForms.name.test(title) || !commandForms.title.test(title)) return title;
  const program = commandForms.program.exec(title)?.[0];
  return program === undefined ? '...' : `${program} ...`;
}

/** A cleaned text in which references such as `Exec[...]` contain only the program of a command. */
export function shortenCommandReferences(text: string): string {
  const reference = /([A-Za-z][A-Za-z0-9_:]*)\[([^\]]*)/g;
  for (const { index, 0: whole, 1: type = '', 2: title = '' } of text.matchAll(reference)) {
    if (!runsCommands(type) || commandTitle(title) === title) continue;
    // A command may contain brackets, so everything up to the last bracket is removed: better too much than too little.
    const end = text.lastIndexOf(']');
    const rest = end < index + whole.length ? '' : text.slice(end + 1);
    return `${text.slice(0, index)}${type}[${commandTitle(title)}]${rest}`;
  }
  return text;
}
