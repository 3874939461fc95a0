// Spans of a range, the report, and the suspects of an incident, among a million events of a year: 5 000 incidents of four marks
// each, while new events arrive.

import { join } from 'node:path';
import { fill, lineBlocks } from '../load/events';
import { type Anthracite, startAnthracite, whenIndexed } from '../peers/anthracite';
import { processorMsOf } from '../peers/process';
import { median, percentile, type Scenario } from '../scenario';

export const yearSeconds = 365 * 86_400;
/** Start of the events and the incidents. */
export const firstSecond = 1_700_000_000;
/** The marks of each incident. */
export const suffixes = ['start', 'detected', 'start', 'resolved'] as const;

/** The marks of incidents, spread over the seconds of the other events. */
export function* incidentBlocks(incidents: number, seconds: number): Generator<Buffer> {
  for (let i = 0; i < incidents; i++) {
    const begin = firstSecond + Math.floor((i * seconds) / incidents);
    const lines = suffixes.map(
      (suffix, k) =>
        `${begin + k * (60 + (i % 50))} incident_sev${((i + k) % 4) + 1}_${suffix};incident=${i};origin=${i % 3 ? 'self' : 'external'} incident ${i}\n`,
    );
    yield Buffer.from(lines.join(''));
  }
}

/** Requests a path, and reads the ids of the spans in the answer. Rejects if the status is not 200. */
export async function timeOf(
  { url }: Anthracite,
  path: string,
): Promise<{ ms: number; ids: readonly number[] }> {
  const begin = performance.now();
  const response = await fetch(url + path);
  const { spans = [] } = (await response.json()) as { spans?: readonly { readonly id: number }[] };
  if (response.status !== 200) throw new Error(`${path} returned status ${response.status}`);
  return { ms: performance.now() - begin, ids: spans.map(({ id }) => id) };
}

// The times, and the server's processor time per request, which hardly depends on other load of the machine.
async function askOften(
  server: Anthracite,
  count: number,
  pathOf: (i: number) => string,
): Promise<{ times: readonly number[]; processorMs: number }> {
  const before = processorMsOf(server.pid);
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push((await timeOf(server, pathOf(i))).ms);
  return { times, processorMs: (processorMsOf(server.pid) - before) / count };
}

export const spans: Scenario = {
  name: 'spans',
  what: 'spans of a range, the report and suspects, of 5 000 incidents among a million events',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 50_000 : 1_000_000;
    const incidents = isQuick ? 500 : 5_000;
    const seconds = yearSeconds;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    say(`filling ${count} events and ${incidents} incidents`);
    await fill(server.linePort, lineBlocks(count, firstSecond, 0, count / seconds), count);
    await fill(server.linePort, incidentBlocks(incidents, seconds), incidents * suffixes.length);
    await whenIndexed(server);
    const range = (at: number, length: number): string => {
      const from = firstSecond + Math.floor(at * (seconds - length));
      return `/spans?from=${from}&until=${from + length}`;
    };
    const week = Math.floor(seconds / 52);
    say('asking');
    const first = await timeOf(server, range(0, week));
    const weeks: number[] = [];
    const fresh: number[] = [];
    const filtered: number[] = [];
    for (let i = 0; i < 300; i++) {
      weeks.push((await timeOf(server, range(i / 300, week))).ms);
      filtered.push(
        (await timeOf(server, `${range(i / 300, week)}&type=incident_sev1*&none=origin%3Dself`)).ms,
      );
      // A new mark in between: its span is computed again.
      const mark = incidentBlocks(1, 1).next().value as Buffer;
      await fill(
        server.linePort,
        [Buffer.from(mark.toString().replaceAll('=0;', `=new${i};`))],
        suffixes.length,
      );
      fresh.push((await timeOf(server, range(i / 300, week))).ms);
    }
    const whole = await timeOf(server, `${range(0, seconds)}&limit=10000`);
    say(`the whole range has ${whole.ids.length} spans`);
    const report = `${range(0, seconds).replace('/spans', '/report')}&type=incident_*`;
    const incidentReports = await askOften(server, 20, () => report);
    const reports = await askOften(server, 20, () => `${report}&type=deploy_app3`);
    const suspects = await askOften(server, 100, (i) => {
      const id = whole.ids[Math.floor((i * whole.ids.length) / 100)] ?? 0;
      return `/spans/${id}/suspects`;
    });
    await server.stop();
    const none = { peer: null, peerName: '', goal: null, unit: 'ms' };
    return [
      {
        ...none,
        what: 'spans of a range (about 100), median',
        ours: median(weeks),
        goal: { is: 'at most', value: 20 },
      },
      { ...none, what: 'the same, p99', ours: percentile(weeks, 0.99) },
      { ...none, what: 'the same, by type and tag, median', ours: median(filtered) },
      {
        ...none,
        what: 'the same, after a new incident, median',
        ours: median(fresh),
        goal: { is: 'at most', value: 20 },
      },
      { ...none, what: 'all spans in one response', ours: whole.ms },
      {
        ...none,
        what: 'report of all incidents, median',
        ours: median(incidentReports.times),
        goal: { is: 'at most', value: 500 },
      },
      {
        ...none,
        what: `report of all incidents and ${count / 10} deployments, median`,
        ours: median(reports.times),
        goal: { is: 'at most', value: 500 },
      },
      { ...none, what: 'the same, processor time, mean', ours: reports.processorMs },
      {
        ...none,
        what: 'suspects within a day before an incident, median',
        ours: median(suspects.times),
        goal: { is: 'at most', value: 100 },
      },
      { ...none, what: 'the same, processor time, mean', ours: suspects.processorMs },
      { ...none, what: 'the same, p99', ours: percentile(suspects.times, 0.99) },
      { ...none, what: 'the first query after the start', ours: first.ms },
    ];
  },
};
