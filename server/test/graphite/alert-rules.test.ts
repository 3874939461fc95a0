// The example of alert rules for Grafana: each query gives numbers only, and its sum passes the limit when it should.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { start, type TestServer } from '../start';

interface Rule {
  readonly uid: string;
  readonly condition: string;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly relativeTimeRange?: { readonly from: number; readonly to: number };
    readonly model: {
      readonly refId: string;
      readonly target?: string;
      readonly type?: string;
      readonly expression?: string;
      readonly reducer?: string;
      readonly settings?: unknown;
      readonly conditions?: readonly {
        readonly evaluator: { readonly type: string; readonly params: number[] };
      }[];
    };
  }[];
}

const folder = join(__dirname, '../../../../grafana-datasource/provisioning');
const read = (file: string) => parse(readFileSync(join(folder, file), 'utf8'));
const rules = (read('alerting/anthracite.yaml') as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const now = 1_780_000_000;

let server: TestServer;
beforeAll(async () => {
  server = await start({}, () => now * 1000);
});

/** The points of a rule's query, as Grafana's server asks for them: one request, with this many points at most. */
async function valuesOf({ data: [query] }: Rule): Promise<(number | null)[]> {
  const { from = 0, to = 0 } = query?.relativeTimeRange ?? {};
  const form = {
    format: 'json',
    from: String(now - from),
    maxDataPoints: '43200',
    target: String(query?.model.target),
    until: String(now - to),
  };
  const answer = await server.fetch('/render', { method: 'POST', body: new URLSearchParams(form) });
  expect(answer.status).toBe(200);
  const series = (await answer.json()) as { datapoints: [number | null, number][] }[];
  expect(series).toHaveLength(1); // one alert, not one for each series
  return series.flatMap(({ datapoints }) => datapoints.map(([value]) => value));
}

/** Whether a rule fires: its parts are followed like Grafana follows them. */
async function fires(rule: Rule): Promise<boolean> {
  const values = await valuesOf(rule);
  expect(values).not.toContain(null); // one null, and the sum is not a number in the mode Strict
  const [, reduce, threshold] = rule.data;
  expect(reduce?.model).toMatchObject({ type: 'reduce', expression: 'A', reducer: 'sum' });
  expect(reduce?.model.settings).toBeUndefined(); // the mode Strict, as Grafana's form has it
  expect(threshold?.model).toMatchObject({ type: 'threshold', expression: 'B' });
  const sum = (values as number[]).reduce((a, b) => a + b, 0);
  const { type, params } = threshold?.model.conditions?.[0]?.evaluator ?? { type: '', params: [] };
  expect(['gt', 'lt']).toContain(type);
  return type === 'gt' ? sum > (params[0] ?? 0) : sum < (params[0] ?? 0);
}

test('names the parts of each rule, and the provisioned Graphite datasource', () => {
  const { datasources } = read('datasources/anthracite.yaml') as {
    datasources: { type: string; uid: string }[];
  };
  const graphite = datasources.find(({ type }) => type === 'graphite');
  expect(rules.length).toBeGreaterThan(1);
  expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
  for (const { data, condition } of rules) {
    expect(data.map(({ refId, model }) => [refId, model.refId])).toEqual([
      ['A', 'A'],
      ['B', 'B'],
      ['C', 'C'],
    ]);
    expect(condition).toBe('C');
    expect(data.map(({ datasourceUid }) => datasourceUid)).toEqual([graphite?.uid, '__expr__', '__expr__']);
  }
});

test('fires for the events of each rule, and for nothing else', async () => {
  const firing = async () => {
    const found: string[] = [];
    for (const rule of rules) if (await fires(rule)) found.push(rule.uid);
    return found;
  };
  expect(await firing()).toEqual(['anthracite-backup']);
  const lines = [
    `${now - 3600} backup_end;span=1 the nightly backup`,
    `${now - 60} incident_sev2_start;incident=1 payments time out`,
    ...Array.from({ length: 6 }, (_, i) => `${now - 900 - i} puppet_failed;host=web${i} a run failed`),
  ];
  await server.send(`${lines.join('\n')}\n`);
  expect(await firing()).toEqual(['anthracite-incident', 'anthracite-failed-runs']);
});
