// anthracite completion: prints the completion script of a shell, and the candidates that the script requests.

import { ClientError, type HttpClient, noRetry } from '@anthracite/protocol';
import { Argument } from 'commander';
import { createClient } from '../client-options';
import { answer, formatCandidates } from '../completion/answer';
import { type Question, readQuestion } from '../completion/question';
import { completionScripts, type Shell, shells } from '../completion/scripts';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { write } from '../output';
import type { CommandContext } from './context';

// The user has pressed a key and waits for the candidates.
const timeoutMs = 1_000;

const examples = `
Completes commands, options and their values, including the types and tags of the server. The script calls this command
with the words of the command line after --.

Examples:
  $ source <(anthracite completion bash)               (in ~/.bashrc)
  $ source <(anthracite completion zsh)                (in ~/.zshrc, after compinit)
  $ anthracite completion fish > ~/.config/fish/completions/anthracite.fish`;

/** Adds the command. */
export function addCompletionCommand({ program, environment }: CommandContext): void {
  program
    .command('completion')
    .description('print the shell completion script')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .argument(
      '[words...]',
      'used by the script: the words typed after anthracite; prints the completions of the last word instead of the script',
    )
    .addHelpText('after', examples)
    .action(async (shell: Shell, words: readonly string[]) => {
      if (words.length === 0) return write(environment, completionScripts[shell]);
      const question = readQuestion(program, words);
      const candidates = await answer(question, () => createQuickClient(question, environment)).catch(
        (error: unknown) => {
          // An error message would break into the command line that the user is typing.
          if (error instanceof ClientError || error instanceof UsageError) return [];
          throw error;
        },
      );
      return write(environment, formatCandidates(candidates, shell));
    });
}

// Uses --server and --token-file of the typed command line, if given.
function createQuickClient({ given }: Question, environment: Environment): HttpClient {
  const [server, tokenFile] = [given.get('--server'), given.get('--token-file')];
  const options = { ...(server !== undefined && { server }), ...(tokenFile !== undefined && { tokenFile }) };
  return createClient(options, environment, { timeoutMs, retry: noRetry });
}
