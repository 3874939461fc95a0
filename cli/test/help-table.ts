// Creates docs/cli-help.md: the help of the program and of each command, and the results of good and bad input.

import type { Command } from 'commander';

/** A command line and its result. */
export interface Tried {
  readonly args: readonly string[];
  readonly exitCode: number;
  /** The first line of standard error. */
  readonly said: string;
}

const head = `# The help of the command

This page shows every text of \`--help\`, and exit codes for valid and invalid input. A test writes it by running the
command; [cli.md](cli.md) explains what the commands do, and [the exit codes](cli.md#exit-codes).
`;

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);
const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');

/** The page. `names` are those of the commands, in order. */
export function helpPage(
  program: Command,
  commands: readonly (readonly [string, Command])[],
  tried: readonly Tried[],
): string {
  const sections = commands.map(([name, command]) => {
    const rows = tried.filter(({ args }) => ` ${args.join(' ')} `.startsWith(` ${name} `)).map(row);
    return `## anthracite ${name}\n\n${fenced(command)}\n${table(rows)}`;
  });
  const general = tried
    .filter(({ args }) => !commands.some(([name]) => ` ${args.join(' ')} `.startsWith(` ${name} `)))
    .map(row);
  return `${head}\n${fenced(program)}\n${table(general)}\n${sections.join('\n')}`;
}

function fenced(command: Command): string {
  let text = '';
  const { writeOut } = command.configureOutput();
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
    getOutHelpWidth: () => 110,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  command.configureOutput({ ...(writeOut !== undefined && { writeOut }) });
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}

const row = ({ args, exitCode, said }: Tried): readonly string[] => [
  cell(['anthracite', ...args.map(quoted)].join(' ')),
  String(exitCode),
  cell(said),
];

function table(rows: readonly (readonly string[])[]): string {
  const all = [['command', 'exit code', 'first line of standard error'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [names = [], ...others] = all;
  return `${[line(names), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n')}\n`;
}
