// anthracite flush: delivers events that were spooled while the server was unreachable.

import { statSync } from 'node:fs';
import { preview, printable } from '@anthracite/protocol';
import { addServerOption, type ClientOptions } from '../client-options';
import type { Environment } from '../environment';
import { exitCodes, UsageError } from '../exit-codes';
import { describeEvents } from '../progress';
import { type Delivery, deliver, emptyDelivery } from '../spool/deliver';
import { type Door, httpDoor, lineDoor } from '../spool/door';
import { countWaiting, flushCommand, otherServers, spoolFolder } from '../spool/spool-place';
import type { CommandContext } from './context';

interface FlushOptions extends ClientOptions {
  readonly tcp?: string | true;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
Without a folder, it delivers the events that this command keeps for the server. To deliver the events of the Puppet report
processor, the Chef handler or a bridge, name its spool folder. Several programs can use one folder at the same time.

Examples:
  $ anthracite flush
  $ anthracite flush /opt/puppetlabs/puppet/cache/anthracite-spool
  $ anthracite flush /var/chef/cache/anthracite --tcp events.example.com:2005`;

/** Adds the command. */
export function addFlushCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('flush')
    .description('deliver events from the spool')
    .argument(
      '[folder]',
      "spool folder (env: ANTHRACITE_SPOOL, default: this command's spool for the server)",
    )
    .option(
      '--tcp [address]',
      'send the events as lines to host:port, or tls://host:port (default: port 2005 of the server)',
    )
    .option('--json', 'print {"stored", "duplicate", "rejected", "waiting"}')
    .option('--quiet', 'print nothing on success');
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async (given: string | undefined, options: FlushOptions) => {
      end(await flush(given, options, environment));
    });
}

async function flush(
  given: string | undefined,
  options: FlushOptions,
  environment: Environment,
): Promise<number> {
  const door = doorOf(options, environment);
  const folder = spoolFolder({ spool: given }, door.server, environment);
  refuseFile(folder);
  const isOwn = given === undefined && (environment.variables['ANTHRACITE_SPOOL'] ?? '') === '';
  const flushed = await deliverAll(folder, door);
  report(folder, flushed, options, environment);
  if (isOwn) reportOthers(folder, environment);
  const { delivery, waiting, fault } = flushed;
  if (fault === null) return delivery.rejected > 0 ? exitCodes.refused : exitCodes.done;
  if (waiting !== null) environment.stderr.write(`${describeWaiting(waiting)} in ${printable(folder)}\n`);
  throw faultOf(folder, fault);
}

/** The result of a flush. `waiting` is the number of remaining events; null if the folder cannot be read. */
interface Flushed {
  readonly delivery: Delivery;
  readonly waiting: number | null;
  readonly fault: unknown;
}

// The result also counts what was delivered before an error.
async function deliverAll(folder: string, door: Door): Promise<Flushed> {
  const delivery = emptyDelivery();
  let fault: unknown = null;
  try {
    if (countWaiting(folder) === 0) return { delivery, waiting: 0, fault };
    await deliver(folder, door, delivery);
  } catch (error) {
    fault = error;
  }
  try {
    return { delivery, waiting: countWaiting(folder), fault };
  } catch (error) {
    return { delivery, waiting: null, fault: fault ?? error };
  }
}

function reportOthers(folder: string, { stderr }: Environment): void {
  for (const other of otherServers(folder)) {
    if ('fault' in other) {
      stderr.write(`${printable(`${other.folder} cannot be read: ${other.fault.message}`)}\n`);
      continue;
    }
    const { server, count } = other;
    const command = /^https?:/.test(server) ? flushCommand({ server }) : flushCommand({}, server);
    stderr.write(`${printable(`${describeWaiting(count)} for ${server}: ${command}`)}\n`);
  }
}

const describeWaiting = (count: number): string => `${describeEvents(count)} waiting`;

function doorOf(options: FlushOptions, environment: Environment): Door {
  if (options.tcp === undefined) return httpDoor(options, environment);
  if (options.server !== undefined)
    throw new UsageError('--tcp and --server cannot be combined; use one of them');
  if (options.tokenFile !== undefined) throw new UsageError('--token-file needs HTTP: lines carry no token');
  return lineDoor(options.tcp, options, environment);
}

// A missing folder is not an error: it is created when the first event is spooled.
function refuseFile(folder: string): void {
  let isFile: boolean;
  try {
    isFile = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch (error) {
    throw faultOf(folder, error);
  }
  if (isFile) throw new UsageError(`${preview(folder)} is a file; expected a spool folder`);
}

function faultOf(folder: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined
    ? error
    : new UsageError(`the spool ${preview(folder)} cannot be used: ${message}`);
}

function report(
  folder: string,
  { delivery, waiting }: Flushed,
  { json, quiet }: FlushOptions,
  { stdout, stderr }: Environment,
): void {
  const { stored, duplicate, rejected, reasons, warnings } = delivery;
  for (const warning of warnings) stderr.write(`warning: ${printable(warning)}\n`);
  for (const reason of reasons) stderr.write(`rejected: ${printable(reason)}\n`);
  if (json) {
    stdout.write(`${JSON.stringify({ stored, duplicate, rejected, waiting })}\n`);
  } else if (!quiet) {
    const nothing = stored + duplicate + rejected === 0 && waiting === 0;
    if (nothing) stderr.write(`no events waiting in ${printable(folder)}\n`);
    else stdout.write(`stored=${stored} duplicate=${duplicate} rejected=${rejected}\n`);
  }
}
