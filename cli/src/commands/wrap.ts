// anthracite wrap: runs a command, and marks its start and its end with its exit code.

import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import {
  type Event,
  formatLine,
  type LineSender,
  printable,
  type RetryRules,
  spellDuration,
} from '@anthracite/protocol';
import { SpooledSender } from '@anthracite/protocol/bridge';
import { type CommandEnd, runChild } from '../child-command';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import type { Environment } from '../environment';
import { collect } from '../filter-options';
import { chooseKey, readKey } from '../mark-options';
import { newEvent } from '../new-event';
import type { CommandContext } from './context';

interface WrapOptions extends ClientOptions {
  readonly stem?: string;
  readonly text?: string;
  readonly key?: string | false;
  readonly tag?: readonly string[];
  readonly spool?: string;
}

// A job waits for no server longer than this: what could not be sent waits on disk.
const timeoutMs = 5_000;
const retry: RetryRules = { limit: 1, firstPauseMs: 200, maxPauseMs: 200, jitter: 0.5 };
const maxSpooled = 10_000;

const examples = `
Sends <stem>_start before and <stem>_end after the command, the latter with a tag exit=<code>. The command has this one's
standard input and output, gets its signals, and gives it its exit code; it runs whether the server can be reached or not.
What could not be sent waits in the spool, and goes with the next anthracite wrap. Arguments are not sent: they may hold
secrets.

Examples:
  $ anthracite wrap -- /usr/local/bin/backup.sh --full
  $ anthracite wrap --stem backup_db1 --text "nightly backup of db1" -t env=prod -- pg_dump -f /backup/db1.sql shop
  0 3 * * * anthracite wrap --stem certbot -- certbot renew -q           (in a crontab)`;

/** Adds the command. */
export function addWrapCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('wrap')
    .description('run a command, and mark its start and its end')
    .argument('<command>', 'the command')
    .argument('[args...]', 'what it is given')
    .option('--stem <stem>', "what the marks' types begin with (default: the command's name)")
    .option('--text <text>', "what the marks say (default: the command's name)")
    .option('--key <key>', 'the key that its marks share (default: a fresh one)', readKey)
    .option('--no-key', 'no key: for a command that never runs twice at once')
    .option('-t, --tag <tag>', 'key=value or a word; may be repeated (default: host=<this host>)', collect)
    .option(
      '--spool <folder>',
      'where marks wait while the server is away (default: anthracite/spool in XDG_STATE_HOME, or ~/.local/state)',
    )
    .passThroughOptions();
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async (name: string, args: readonly string[], options: WrapOptions) => {
      end(await wrap(name, args, options, environment));
    });
}

async function wrap(
  name: string,
  args: readonly string[],
  options: WrapOptions,
  environment: Environment,
): Promise<number> {
  const { now, stderr } = environment;
  const word = basename(name);
  const stem = options.stem ?? word.replace(/[^\p{L}\p{N}_.-]/gu, '_');
  const text = options.text ?? word;
  const key = chooseKey(options.key);
  const tags = [...(key === null ? [] : [`span=${key}`]), ...(options.tag ?? [`host=${hostname()}`])];
  // What is wrong with it is told before anything runs.
  const started = newEvent(now(), `${stem}_start`, tags, text);
  const say = (sentence: string): void => {
    stderr.write(`anthracite: ${printable(sentence)}\n`);
  };
  const marks = new Marks(options, environment, say);
  const sent = marks.send(started);
  const ended = await runChild(name, args, environment);
  if (ended.failure !== null) say(`${name}: ${ended.failure}`);
  const durationMs = now() - started.time;
  const about = `${text} ${describeEnd(ended)} after ${spellDuration(durationMs)}`;
  await sent;
  await marks.send(newEvent(now(), `${stem}_end`, [...tags, ...tagsOf(ended)], about));
  return ended.exitCode;
}

function tagsOf({ exitCode, signal }: CommandEnd): readonly string[] {
  return [`exit=${exitCode}`, ...(signal === null ? [] : [`signal=${signal}`])];
}

function describeEnd({ exitCode, signal, failure }: CommandEnd): string {
  if (failure !== null) return 'could not be run';
  if (signal !== null) return `was ended by ${signal}`;
  return exitCode === 0 ? 'went well' : `failed with exit code ${exitCode}`;
}

/** Sends marks, or leaves them in the spool; nothing that goes wrong is the command's concern. */
class Marks {
  readonly #send: LineSender;
  readonly #say: (sentence: string) => void;
  /** Null where there can be no spool. */
  readonly #sender: Promise<SpooledSender | null>;
  /** Once is enough: the start and the end mostly fail alike, if in other words. */
  #isTold = false;

  constructor(options: WrapOptions, environment: Environment, say: (sentence: string) => void) {
    this.#say = say;
    this.#send = async (lines) => {
      // A token that is gone must not keep a backup from running: it is looked for here.
      const client = createClient(options, environment, { timeoutMs, retry });
      const { problems, ...counts } = await client.submitLines(lines.join(''));
      return { ...counts, reasons: problems.map(({ error }) => error) };
    };
    const spoolFolder = options.spool ?? defaultSpool(environment);
    const opened = SpooledSender.open({ send: this.#send, spoolFolder, maxSpooled, say });
    this.#sender = opened.catch((error: Error) => {
      say(`there is no spool, so marks that cannot be sent are lost: ${error.message}`);
      return null;
    });
  }

  async send(event: Event): Promise<void> {
    const sender = await this.#sender;
    try {
      if (sender === null) await this.#send([`${formatLine(event)}\n`]);
      else {
        await sender.take(event);
        await sender.flush();
      }
    } catch (error) {
      const { message } = error as Error;
      if (this.#isTold) return;
      this.#isTold = true;
      this.#say(sender === null ? message : `${message}; the marks wait for the next anthracite wrap`);
    }
  }
}

function defaultSpool({ variables }: Environment): string {
  const state = variables['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(state, 'anthracite', 'spool');
}
