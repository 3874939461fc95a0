// A thread that repeats a request or a line and measures the time of each answer.

import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { percentile } from '../scenario';
import { HttpConnection, numberPlace } from './http-load';

/** The sent text, and its interval. `numberPlace` in it becomes a number that is different each time. */
export type ProbeOptions = { readonly port: number; readonly everyMs: number } & (
  | { readonly request: string }
  | { readonly line: string }
);

/** Times in milliseconds. */
export interface ProbeReport {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Starts the requests; the returned function ends them and returns the times. Rejects if an answer reports a failure. */
export async function startProbe(options: ProbeOptions): Promise<() => Promise<ProbeReport>> {
  const worker = new Worker(__filename, { workerData: options });
  const message = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await message(); // connected
  const report = message();
  report.catch(() => {});
  return async () => {
    worker.postMessage('end');
    return (await report) as ProbeReport;
  };
}

async function probe(options: ProbeOptions): Promise<void> {
  const { port, everyMs } = options;
  const connection = 'request' in options ? await HttpConnection.open(port) : null;
  let number = Math.floor(Math.random() * 900_000_000);
  const ask = async (): Promise<void> => {
    const numbered = (text: string): string => text.replace(numberPlace, String(number++).padStart(9, '0'));
    if ('request' in options) await connection?.ask(numbered(options.request));
    else await sendLine(port, numbered(options.line));
  };
  await ask();
  let isOver = false;
  parentPort?.once('message', () => {
    isOver = true;
  });
  parentPort?.postMessage('connected');
  const times: number[] = [];
  while (!isOver) {
    const begin = performance.now();
    await ask();
    const took = performance.now() - begin;
    times.push(took);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - took)));
  }
  connection?.close();
  const report: ProbeReport = {
    count: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: Math.max(...times),
  };
  parentPort?.postMessage(report);
}

/** Sends a line over a connection of its own; resolves when it is acknowledged. */
function sendLine(port: number, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.end(line));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject).on('end', () => {
      if (answer.startsWith('ok stored=1 ')) resolve();
      else reject(new Error(`the line was not stored: ${answer}`));
    });
  });
}

if (!isMainThread) void probe(workerData as ProbeOptions);
