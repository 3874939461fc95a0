// Writes the man page of the command from its help.

import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The man page anthracite(1) of the built command, as roff. */
export function manPage(root) {
  const fromCommand = createRequire(join(root, 'cli/dist/src/main.js'));
  const { createProgram } = fromCommand('./program.js');
  const { processEnvironment } = fromCommand('./environment.js');
  const environment = processEnvironment();
  const program = createProgram(environment, () => {});
  const sections = [
    `.TH ANTHRACITE 1 "" "anthracite ${environment.version}" "User Commands"`,
    '.SH NAME',
    `anthracite \\- ${toRoff(firstToLower(program.description()))}`,
    '.SH SYNOPSIS',
    '.B anthracite',
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    verbatim(helpOf(program)),
    '.SH COMMANDS',
    ...leavesOf(program).flatMap(({ name, command }) => [
      `.SS anthracite ${toRoff(name)}`,
      verbatim(helpOf(command)),
    ]),
    '.SH FILES',
    '.I /etc/anthracite/anthracite.yaml',
    'holds the settings of the service.',
  ];
  return `${sections.join('\n')}\n`;
}

/** The commands that can be run, with their full names. */
function leavesOf(command, name = '') {
  if (command.commands.length === 0) return [{ name, command }];
  return command.commands.flatMap((one) => leavesOf(one, `${name} ${one.name()}`.trim()));
}

// Includes the texts before and after the list of options.
function helpOf(command) {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 76,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
}

const verbatim = (text) => `.nf\n${text.split('\n').map(escapeLine).join('\n')}\n.fi`;
const firstToLower = (text) => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
const toRoff = (text) => text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq');

/** A line of text: a point or an apostrophe at its start would be a request of roff. */
function escapeLine(line) {
  const text = toRoff(line);
  return text.startsWith('.') ? `\\&${text}` : text;
}
