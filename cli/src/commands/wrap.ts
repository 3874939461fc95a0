// anthracite wrap: runs a command and marks its start, its end and its exit code.

import { hostname } from 'node:os';
import { basename } from 'node:path';
import {
  type Event,
  formatLine,
  type LineSender,
  normalizeUrl,
  printable,
  spellDuration,
} from '@anthracite/protocol';
import { SpooledSender } from '@anthracite/protocol/bridge';
import { type CommandEnd, runChild } from '../child-command';
import { addServerOption, readServer } from '../client-options';
import { withDefaultTags } from '../client-profile';
import type { Environment } from '../environment';
import { collect } from '../filter-options';
import { chooseKey, readKey, refuseMissingKey } from '../mark-options';
import { warnOfMeaning } from '../meaning-warnings';
import { newEvent } from '../new-event';
import { httpDoor, patienceOf } from '../spool/door';
import {
  addSpoolOptions,
  flushCommand,
  maxSpooled,
  type SpoolOptions,
  spoolFolder,
} from '../spool/spool-place';
import type { CommandContext } from './context';

interface WrapOptions extends SpoolOptions {
  readonly stem?: string;
  readonly text?: string;
  readonly key?: string | false;
  readonly tag?: readonly string[];
}

const examples = `
Sends <stem>_start before the command, and <stem>_end with a tag exit=<code> after it. The command uses the input and output
of wrap. Signals to wrap also reach the command, and wrap ends with the exit code of the command. The command runs even if
the server is unreachable: the marks then wait in the spool, and anthracite flush or the next command that sends events
delivers them. The arguments of the command are not sent, because they may contain secrets.

Examples:
  $ anthracite wrap -- /usr/local/bin/backup.sh --full
  $ anthracite wrap --stem backup_db1 --text "nightly backup of db1" -t env=prod -- pg_dump -f /backup/db1.sql shop
  0 3 * * * anthracite wrap --stem certbot -- certbot renew -q           (in a crontab)`;

/** Adds the command. */
export function addWrapCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('wrap')
    .description('run a command and mark its start and end')
    .argument('<command>', 'command to run')
    .argument('[args...]', 'arguments of the command')
    .option('--stem <stem>', "stem of the marks (default: the command's name)")
    .option('--text <text>', "description of the marks (default: the command's name)")
    .option('--key <key>', 'span key, shared by both marks (default: a new key)', readKey)
    .option('--no-key', 'no key: for a command that never runs twice at the same time')
    .option(
      '-t, --tag <tag>',
      'key=value or one word, in addition to host=<this host>; may be repeated',
      collect,
    )
    .passThroughOptions();
  addServerOption(addSpoolOptions(command, 'marks are lost if the server is unreachable'))
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
  const given = withDefaultTags(options.tag, environment);
  const host = given.some((tag) => tag.startsWith('host=')) ? [] : [`host=${hostname()}`];
  const tags = [...(key === null ? [] : [`span=${key}`]), ...host, ...given];
  // Refuses invalid marks before the command runs.
  const started = newEvent(now(), `${stem}_start`, tags, text);
  refuseMissingKey(started);
  warnOfMeaning(started, environment);
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
  return exitCode === 0 ? 'succeeded' : `failed with exit code ${exitCode}`;
}

// An invalid URL must not stop the command either: its marks are spooled under the URL as given.
function nameOfServer(options: WrapOptions, environment: Environment): string {
  const { url } = readServer(options, environment);
  try {
    return normalizeUrl(url);
  } catch {
    return url;
  }
}

/** Sends marks, or spools them. No error here affects the command. */
class Marks {
  readonly #send: LineSender;
  readonly #say: (sentence: string) => void;
  readonly #kept: string;
  /** Null with `--no-spool`, or if the spool cannot be opened. */
  readonly #sender: Promise<SpooledSender | null>;
  /** True after the first warning: start and end mostly fail for the same reason. */
  #isWarned = false;

  constructor(options: WrapOptions, environment: Environment, say: (sentence: string) => void) {
    this.#say = say;
    // Reads the token only when it is needed: a missing token file must not stop the command.
    this.#send = async (lines) => httpDoor(options, environment, patienceOf(undefined)).send(lines);
    const spool = spoolFolder(options, nameOfServer(options, environment), environment);
    this.#kept = `kept in ${spool}. To deliver: ${flushCommand(options)}`;
    this.#sender =
      options.spool === false
        ? Promise.resolve(null)
        : SpooledSender.open({ send: this.#send, spoolFolder: spool, maxSpooled, say }).catch(
            (error: Error) => {
              say(`the spool cannot be opened, so marks that cannot be sent are lost: ${error.message}`);
              return null;
            },
          );
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
      if (this.#isWarned) return;
      this.#isWarned = true;
      this.#say(`${message}; ${sender === null ? 'the marks are lost' : this.#kept}`);
    }
  }
}
