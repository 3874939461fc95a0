// anthracite health: checks whether a server can store events, for scripts and containers.

import { type HealthAnswer, printable } from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import { exitCodes } from '../exit-codes';
import { write } from '../output';
import type { CommandContext } from './context';

const examples = `
Makes a commit, unless the server made one within the last second, and waits at most 5 seconds. It needs no token.

Exit codes: 0 the server can store events, 1 the answer is not from Anthracite, 4 the server does not answer, cannot store
events, or is stopping. Damaged rows that the last check of the database found are shown, with exit code 0.

Examples:
  $ anthracite health
  $ anthracite health --server http://events.example.com:2006 --json`;

/** Adds the command. */
export function addHealthCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('health')
    .description('check whether a server can store events')
    .option('--json', 'print JSON, as GET /health answers');
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async (options: ClientOptions & { readonly json?: boolean }) => {
      const health = await createClient(options, environment).health();
      await write(environment, `${options.json ? JSON.stringify(health) : describe(health)}\n`);
      if (health.status === 'failing' || health.status === 'stopping') end(exitCodes.unavailable);
    });
}

function describe({ status, version, waiting, uptime, integrity, error }: HealthAnswer): string {
  const about = `version ${version}, running for ${Math.floor(uptime)} s, ${waiting} events waiting for a commit`;
  if (status === 'damaged') {
    return `damaged: the last check of the database found ${integrity.findings} damaged rows or structures; ${about}`;
  }
  return printable(`${status}: ${error === undefined ? '' : `${error}; `}${about}`);
}
