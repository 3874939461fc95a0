// Variables in the fields that offer choices: the limit, the periods of a report, and which spans.

import { CoreApp, type DataQueryRequest } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteQuery } from '../src/query/query';
import { join, rangeOf } from './datasource';

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
});

/** The parameters of the request; throws the error of the response. */
async function askedFor(
  target: Partial<AnthraciteQuery>,
  variables: Readonly<Record<string, unknown>>,
): Promise<URLSearchParams> {
  const { datasource, proxy } = join(server.url, { variables });
  const request: DataQueryRequest<AnthraciteQuery> = {
    requestId: 'Q1',
    app: CoreApp.Dashboard,
    interval: '10m',
    intervalMs: 600_000,
    range: rangeOf(0, 3_600_000),
    scopedVars: {},
    startTime: 0,
    timezone: 'utc',
    targets: [{ refId: 'A', ...target }],
  };
  const { errors } = await lastValueFrom(datasource.query(request));
  if (errors) throw new Error(errors[0]?.message);
  return new URLSearchParams(proxy.asked[0]?.split('?')[1]);
}

test('send the values of variables', async () => {
  const chosen = { most: '7', state: 'open', scale: 'gain', severity: ['1', 'none'] };
  const fields: Partial<AnthraciteQuery> = {
    kind: 'spanTable',
    limit: '$most',
    spanState: '$state',
    spanScale: '$scale',
    severities: ['$severity'],
  };
  const parameters = await askedFor(fields, chosen);
  expect(['limit', 'state', 'scale'].map((name) => parameters.get(name))).toEqual(['7', 'open', 'gain']);
  expect(parameters.getAll('severity')).toEqual(['1', 'none']);
  expect((await askedFor({ kind: 'report', period: '${each}' }, { each: 'quarter' })).get('period')).toBe(
    'quarter',
  );
});

test.each([['*'], [['open', 'over']], ['']])('are not restricted by the value %j', async (all) => {
  const parameters = await askedFor(
    { kind: 'spanTable', spanState: '$all', severities: ['$star'], limit: '$none' },
    { all, star: '*', none: '' },
  );
  expect(['state', 'severity'].map((name) => parameters.get(name))).toEqual([null, null]);
  expect(parameters.get('limit')).toBe('1000');
});

test.each(['many', '0', '1.5', '-3'])('refuse %j as a limit, with the rule', async (most) => {
  await expect(askedFor({ kind: 'table', limit: '$most' }, { most })).rejects.toThrow(
    `The limit of the query is "${most}". The limit is a whole number from 1 to 10,000.`,
  );
});

test('refuse an unknown state with the reason of the server', async () => {
  await expect(askedFor({ kind: 'spanTable', spanState: '$state' }, { state: 'shut' })).rejects.toThrow(
    'open',
  );
});
