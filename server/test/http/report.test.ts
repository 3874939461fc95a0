// GET /report: the quarter of docs/report.md in JSON and CSV, and what a filter leaves of it.

import { exampleFigures, exampleLines, exampleNow, shownFigure } from '../report/example';
import { start, type TestServer } from '../start';

interface Figures {
  readonly count: number;
  readonly [name: string]: unknown;
}

interface ReportBody {
  readonly from: string;
  readonly until: string;
  readonly incidents: Figures;
  readonly gains: Figures;
  readonly delivery: Readonly<Record<string, unknown>>;
  readonly byPeriod: readonly { readonly name: string; readonly incidents: Figures }[];
  readonly truncated: boolean;
}

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  await server.send(`${exampleLines.join('\n')}\n`);
});

const quarter = 'from=2026-01-01&until=2026-04-01';
const report = async (query: string): Promise<ReportBody> =>
  (await server.json(`/report?${query}`)) as ReportBody;

test('the quarter that is worked out by hand, in JSON', async () => {
  const body = await report(quarter);
  expect(body).toMatchObject({
    from: '2026-01-01T00:00:00Z',
    until: '2026-04-01T00:00:00Z',
    truncated: false,
  });
  expect(exampleFigures.map(([path]) => [path, shownFigure(body, path)])).toEqual(exampleFigures);
  expect(body.byPeriod.map(({ name }) => name)).toEqual(['2026-01', '2026-02', '2026-03']);
});

test('the same in CSV', async () => {
  const answer = await server.fetch(`/report/csv?${quarter}`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
  const rows = (await answer.text()).trimEnd().split('\r\n').slice(1);
  const cells = new Map<string, string>();
  const months = ['2026-01', '2026-02', '2026-03'];
  for (const row of rows) {
    const [part = '', quoted = '', , , about = '', figure = '', value = ''] = row.split(',');
    const name = quoted.slice(1, -1);
    const path = {
      range: about,
      severity: `bySeverity.${name}`,
      origin: `byOrigin.${name}`,
      type: `byType.${name}`,
      period: `byPeriod.${months.indexOf(name)}.${about}`,
    }[part];
    if (part === 'severity' && about === 'gains') continue;
    cells.set(`${path}.${figure}`, value);
  }
  for (const [path, value] of exampleFigures) {
    const names = path.split('.');
    const nested = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), Number(cells.get(path)));
    expect([path, shownFigure(nested, path)]).toEqual([path, value]);
  }
});

test.each([
  ['type=incident_*', 6, 0, 0],
  ['type=incident_sev1*', 2, 0, 0],
  ['all=origin%3Dself', 2, 0, 0],
  ['type=deploy_*', 0, 0, 4],
  ['q=shop', 1, 0, 4],
  ['q=release', 1, 0, 4],
  ['q=%26', 0, 0, 0],
])('what %s leaves in', async (query, incidents, gains, deployments) => {
  const body = await report(`${quarter}&${query}`);
  expect([body.incidents.count, body.gains.count, body.delivery['deployments']]).toEqual([
    incidents,
    gains,
    deployments,
  ]);
});

test('this quarter until now, when nothing else is asked for', async () => {
  const body = await report('');
  expect(body).toMatchObject({ from: '2026-04-01T00:00:00Z', until: '2026-04-15T00:00:00Z' });
  // Incident 5 began in March, and is down for two hours of April.
  expect(body.incidents).toMatchObject({ count: 0, open: 0, downMs: 7_200_000 });
});

test('what has not been yet is neither up nor down', async () => {
  expect(await report('from=2026-04-01&until=2027-01-01')).toMatchObject({ until: '2026-04-15T00:00:00Z' });
  const body = await report('from=2026-05-01&until=2027-01-01');
  expect(body.incidents).toMatchObject({ count: 0, uptime: null });
  expect(body.byPeriod).toEqual([]);
});

test('quarters and years, and not too many of them', async () => {
  const quarters = await report('from=2025-11-15&period=quarter');
  expect(quarters.byPeriod.map(({ name, incidents }) => [name, incidents.count])).toEqual([
    ['2025-Q4', 0],
    ['2026-Q1', 6],
    ['2026-Q2', 0],
  ]);
  expect((await report('from=0&period=year')).byPeriod).toHaveLength(57);
  const refused = await server.fetch('/report?from=0');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    code: 'BAD_PARAMETER',
    error: expect.stringContaining('400'),
  });
});

test('long lists of ids are cut, and it is said', async () => {
  const other = await start({}, () => exampleNow);
  const lines = Array.from({ length: 1_200 }, (_, i) => `${1_770_000_000 + i} deploy_app release ${i}\n`);
  await other.send(lines.join(''));
  const body = (await other.json('/report?from=2026-01-01')) as ReportBody;
  expect(body.delivery).toMatchObject({ deployments: 1_200 });
  expect(body.delivery['deploymentIds']).toHaveLength(1_000);
  expect(body.truncated).toBe(true);
});

test('a type that a spreadsheet would take for a formula is only text', async () => {
  const other = await start({}, () => exampleNow);
  await other.send('1770000000 =cmd|calc_start;outage=1 x\n');
  const csv = await (await other.fetch('/report/csv?from=2026-01-01')).text();
  expect(csv).toContain(`type,"'=cmd|calc",`);
});
