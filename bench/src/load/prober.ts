// A thread that repeats a request and measures the time of each response.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { percentile } from '../scenario';
import { HttpConnection } from './http-load';

/** The request and its interval. */
export interface ProbeOptions {
  readonly port: number;
  readonly everyMs: number;
  /** A request is `before`, a counter, and `after`. */
  readonly request: string;
}

/** Times in milliseconds. */
export interface ProbeReport {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Starts the requests; the returned function ends them and returns the times. Rejects if a response had another status than 200. */
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

async function probe({ port, everyMs, request }: ProbeOptions): Promise<void> {
  const connection = await HttpConnection.open(port);
  await connection.ask(request);
  let isOver = false;
  parentPort?.once('message', () => {
    isOver = true;
  });
  parentPort?.postMessage('connected');
  const times: number[] = [];
  while (!isOver) {
    const begin = performance.now();
    await connection.ask(request);
    const took = performance.now() - begin;
    times.push(took);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - took)));
  }
  connection.close();
  const report: ProbeReport = {
    count: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: Math.max(...times),
  };
  parentPort?.postMessage(report);
}

if (!isMainThread) void probe(workerData as ProbeOptions);
