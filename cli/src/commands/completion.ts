// anthracite completion: prints a script for a shell, and answers what that script asks.

import { ClientError, type HttpClient, type RetryRules } from '@anthracite/protocol';
import { Argument } from 'commander';
import { createClient } from '../client-options';
import { answer, formatCandidates } from '../completion/answer';
import { type Question, readQuestion } from '../completion/question';
import { completionScripts, type Shell, shells } from '../completion/scripts';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { write } from '../output';
import type { CommandContext } from './context';

// Whoever pressed a key waits for it.
const timeoutMs = 1_000;
const noRetry: RetryRules = { limit: 0, firstPauseMs: 0, maxPauseMs: 0, jitter: 0 };

const examples = `
Commands, options and their values are completed, types and tags as the server knows them. The script asks with the
words behind --.

Examples:
  $ source <(anthracite completion bash)               (in ~/.bashrc)
  $ source <(anthracite completion zsh)                (in ~/.zshrc, behind compinit)
  $ anthracite completion fish > ~/.config/fish/completions/anthracite.fish`;

/** Adds the command. */
export function addCompletionCommand({ program, environment }: CommandContext): void {
  program
    .command('completion')
    .description('print a script that lets a shell complete this command')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .argument('[words...]', 'a command line behind the name of the command; its last word is completed')
    .addHelpText('after', examples)
    .action(async (shell: Shell, words: readonly string[]) => {
      if (words.length === 0) return write(environment, completionScripts[shell]);
      const question = readQuestion(program, words);
      const candidates = await answer(question, () => createQuickClient(question, environment)).catch(
        (error: unknown) => {
          // Nothing is said in the middle of a command line that is being typed.
          if (error instanceof ClientError || error instanceof UsageError) return [];
          throw error;
        },
      );
      return write(environment, formatCandidates(candidates, shell));
    });
}

// The server and the token that the command line itself names, where it does.
function createQuickClient({ given }: Question, environment: Environment): HttpClient {
  const [server, tokenFile] = [given.get('--server'), given.get('--token-file')];
  const options = { ...(server !== undefined && { server }), ...(tokenFile !== undefined && { tokenFile }) };
  return createClient(options, environment, { timeoutMs, retry: noRetry });
}
