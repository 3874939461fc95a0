// GET /report: the quarter of docs/report.md in JSON and CSV, and the effect of filters.

import { needs } from '@anthracite/testing';
import {
  exampleFigures,
  exampleLines,
  exampleNow,
  exampleTargets,
  februaryExample,
  juneExample,
  marchExample,
  shownFigure,
} from '../report/example';
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
  readonly coverage: { readonly from: string | null };
  readonly byPeriod: readonly {
    readonly name: string;
    readonly coverage: { readonly from: string | null };
    readonly incidents: Figures;
  }[];
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

test('reports the quarter of the docs in JSON', async () => {
  const body = await report(quarter);
  expect(body).toMatchObject({
    from: '2026-01-01T00:00:00.000Z',
    until: '2026-04-01T00:00:00.000Z',
    truncated: false,
  });
  expect(exampleFigures.map(([path]) => [path, shownFigure(body, path)])).toEqual(exampleFigures);
  expect(body.byPeriod.map(({ name }) => name)).toEqual(['2026-01', '2026-02', '2026-03']);
});

const isLong = process.env['ANTHRACITE_TEST_FAULTS'] === 'long';
const ifLong = needs('the long form', isLong, 'optional');

ifLong('reports a range with more alerts than it could read as incidents', async () => {
  const busy = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  const begin = Date.UTC(2026, 0, 5) / 1_000;
  const alerts = Array.from(
    { length: 100_001 },
    (_, i) => `${begin + i} alert_DiskFull_start;span=a${i} disk\n`,
  );
  const incident = [
    `${begin} incident_sev1_shop_start;incident=i1 down\n`,
    `${begin + 60} incident_sev1_shop_resolved;incident=i1 up\n`,
  ];
  expect(await busy.send([...alerts, ...incident].join(''))).toContain('stored=100003');
  expect(((await busy.json(`/report?${quarter}`)) as ReportBody).incidents.count).toBe(1);
});

test('does not subtract failures of nodes from uptime, unless they are incidents', async () => {
  const failing = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  const mark = (hour: number, series: string): string =>
    `${Date.UTC(2026, 1, 1, hour) / 1000} ${series} web7: 1 failed\n`;
  await failing.send(mark(1, 'puppet_failed_start;span=web7') + mark(5, 'chef_failed_start;span=db1'));
  const before = (await failing.json(`/report?${quarter}`)) as ReportBody;
  expect(before.incidents).toMatchObject({ count: 0, downMs: 0, uptime: 1 });
  await failing.send(mark(6, 'incident_sev1_web_failed_start') + mark(7, 'incident_sev1_web_failed_end'));
  const after = (await failing.json(`/report?${quarter}`)) as ReportBody;
  expect(after.incidents).toMatchObject({ count: 1, downMs: 3_600_000 });
});

test('divides the range in the time zone of the request', async () => {
  const inTokyo = await report('from=2026-01-01&until=2026-02-01&tz=Asia/Tokyo');
  expect([inTokyo.from, inTokyo.until]).toEqual(['2025-12-31T15:00:00.000Z', '2026-01-31T15:00:00.000Z']);
  expect(inTokyo.byPeriod.map(({ name }) => name)).toEqual(['2026-01']);
  const shifted = await report('from=2025-12-31T15:00Z&until=2026-01-31T15:00Z');
  expect(shifted.byPeriod.map(({ name }) => name)).toEqual(['2025-12', '2026-01']);
  const csv = await server.fetch('/report/csv?from=2026-01-01&until=2026-02-01&tz=Asia/Tokyo');
  expect(await csv.text()).toContain('2025-12-31T15:00:00');
  const refused = await server.fetch('/report?tz=Mars');
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'BAD_PARAMETER' }]);
});

test('reports the same quarter in CSV', async () => {
  const answer = await server.fetch(`/report/csv?${quarter}`);
  const marked = await server.fetch(`/report/csv?${quarter}&bom=1`);
  const [begin] = new Uint8Array(await marked.arrayBuffer());
  expect(begin).toBe(0xef);
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

const june = 'from=2026-06-01&until=2026-06-15';

describe('deployments and maintenance', () => {
  let other: TestServer;
  beforeAll(async () => {
    other = await start({ 'time-zone': 'UTC' }, () => juneExample.now);
    await other.send(`${juneExample.lines.join('\n')}\n`);
  });

  test('reports the two weeks of the docs', async () => {
    const body = await other.json(`/report?${june}&maintenance=exclude`);
    expect(juneExample.figures.map(([path]) => [path, shownFigure(body, path)])).toEqual(juneExample.figures);
  });

  test('counts maintenance unless it is left out, and the setting is the default', async () => {
    const counted = (await other.json(`/report?${june}`)) as ReportBody;
    expect(shownFigure(counted, 'incidents.uptime')).toBe('98.6842 %');
    expect(counted.coverage).toMatchObject({ maintenanceMs: 0, maintenanceIgnored: 0 });
    const excluding = await start(
      { maintenance: 'exclude', 'failure-window-minutes': '20' },
      () => juneExample.now,
    );
    await excluding.send(`${juneExample.lines.join('\n')}\n`);
    await excluding.send(`${Date.UTC(2026, 5, 13) / 1000} maintenance_start forgotten\n`);
    const body = (await excluding.json(`/report?${june}`)) as ReportBody;
    expect(shownFigure(body, 'incidents.uptime')).toBe('99.2274 %');
    expect(body.coverage).toMatchObject({ maintenanceMs: 7_200_000, maintenanceIgnored: 1 });
    // Incident a follows release 1 after 30 minutes.
    expect(body.delivery).toMatchObject({ failed: 3, incidentIds: [] });
    const wider = (await excluding.json(`/report?${june}&window=30min`)) as ReportBody;
    expect(wider.delivery).toMatchObject({ failed: 4 });
  });

  test('counts maintenance of everything for a filter that leaves it out', async () => {
    const body = await other.json(`/report?${june}&maintenance=exclude&all=service%3Dshop`);
    expect(shownFigure(body, 'coverage.maintenanceMs')).toBe('120 min');
    expect(shownFigure(body, 'incidents.downMs')).toBe('120 min');
  });

  test.each([
    ['window=2d', 'window'],
    ['window=25h', 'window'],
    ['maintenance=yes', 'one of count, exclude'],
  ])('refuses %s', async (query, text) => {
    const answer = await other.fetch(`/report?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(text);
  });
});

describe('comparison and error budgets', () => {
  let other: TestServer;
  beforeAll(async () => {
    other = await start({ 'time-zone': 'UTC', 'uptime-target': exampleTargets.join(',') }, () => exampleNow);
    await other.send(`${exampleLines.join('\n')}\n`);
  });

  test.each([
    ['March', 'from=2026-03-01&until=2026-04-01', marchExample],
    ['February', 'from=2026-02-01&until=2026-03-01', februaryExample],
  ])('reports the comparison of %s in the docs', async (_, query, { figures }) => {
    const body = await other.json(`/report?${query}`);
    expect(figures.map(([path]) => [path, shownFigure(body, path)])).toEqual(figures);
  });

  test('compares in the time zone of the request, and any other range with the same length', async () => {
    const inTokyo = await other.json('/report?from=2026-03-01&until=2026-04-01&tz=Asia/Tokyo');
    expect(inTokyo).toMatchObject({
      previous: { unit: 'month', from: '2026-01-31T15:00:00.000Z', until: '2026-02-28T15:00:00.000Z' },
    });
    expect(await other.json('/report?from=2026-03-01&until=2026-03-11')).toMatchObject({
      previous: { unit: null, from: '2026-02-19T00:00:00.000Z', until: '2026-03-01T00:00:00.000Z' },
    });
    expect(await other.json('/report?from=2026-05-01')).toMatchObject({ previous: null });
  });

  test('reports without a comparison when both periods exceed a limit together', async () => {
    const many = await start({}, () => exampleNow);
    const begin = Date.UTC(2026, 1, 2) / 1_000;
    // More windows than a report reads.
    const windows = Array.from({ length: 10_001 }, (_, i) =>
      ['start', 'end'].map((mark) => `${begin + i} maintenance_${mark};span=${i} x\n`).join(''),
    );
    await many.send(`${begin} deploy_shop first\n${windows.join('')}`);
    const march = '/report?from=2026-03-01&until=2026-04-01';
    expect(await many.json(`${march}&maintenance=exclude`)).toMatchObject({
      previous: null,
      incidents: { uptime: 1 },
    });
    expect(await many.json(march)).toMatchObject({ previous: { delivery: { deployments: 1 } } });
  });

  test('has the comparison, and error budgets of each period, in CSV', async () => {
    const csv = await (await other.fetch('/report/csv?from=2026-03-01&until=2026-04-01')).text();
    const february = '2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z';
    expect(csv).toContain(`previous,"",${february},incidents,downMs,9000000\r\n`);
    expect(csv).toContain(`previous,"",${february},changes,incidents.downMs,-1800000\r\n`);
    expect(csv).toContain(`previous,"",${february},changes,incidents.timeToDetect.medianMs,\r\n`);
    expect(csv).toContain(',errorBudgets,all.budgetMs,13392000\r\n');
  });

  test('writes one period per row and one figure per column in the wide shape', async () => {
    const response = await other.fetch('/report/csv?from=2025-12-01&until=2026-04-01&shape=wide');
    const [head = [], ...rows] = (await response.text())
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(rows.map(([name]) => name)).toEqual(['"2025-12"', '"2026-01"', '"2026-02"', '"2026-03"']);
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([head.length]));
    const cell = (row: number, name: string): string | undefined => rows[row]?.[head.indexOf(name)];
    expect(cell(3, 'from')).toBe('2026-03-01T00:00:00.000Z');
    expect([0, 1, 2, 3].map((row) => cell(row, 'incidents.downMs'))).toEqual([
      '',
      '7200000',
      '9000000',
      '7200000',
    ]);
    expect(cell(3, 'delivery.changeFailRate')).toBe('0');
    expect(cell(3, 'incidents.timeToDetect.medianMs')).toBe('');
    expect(cell(3, 'errorBudgets.sev1.budgetMs')).toBe('2678400');
    expect(cell(0, 'coverage.knownMs')).toBe('0');
    const refused = await other.fetch('/report/csv?shape=tall');
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('one of long, wide'),
    ]);
  });

  test('writes only the names of columns for a range without periods', async () => {
    const response = await other.fetch('/report/csv?from=2026-05-01&shape=wide');
    expect(await response.text()).toBe('name,from,until\r\n');
  });
});

describe('services and teams', () => {
  test('takes the keys of tags from the settings', async () => {
    const other = await start({ 'service-tags': 'part', 'team-tags': 'squad,team' }, () => exampleNow);
    await other.send(
      [
        '1770000000 incident_sev1_start;incident=1;part=cart;service=shop;squad=red down',
        '1770000600 incident_sev1_end;incident=1 up',
        '1770000700 deploy_shop;part=cart;team=blue;exit=1 release 1',
        '',
      ].join('\n'),
    );
    const body = await other.json('/report?from=2026-02-01&until=2026-03-01');
    expect(body).toMatchObject({
      byService: [
        {
          kind: 'value',
          name: 'cart',
          incidents: 1,
          downMs: 600_000,
          deployments: 1,
          failed: 1,
          changeFailRate: 1,
        },
      ],
      byTeam: [
        { kind: 'value', name: 'red', incidents: 1, deployments: 0, changeFailRate: null },
        { kind: 'value', name: 'blue', incidents: 0, deployments: 1 },
      ],
    });
    const csv = await (await other.fetch('/report/csv?from=2026-02-01&until=2026-03-01')).text();
    expect(csv).toContain(
      'service,"cart",2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,group,downMs,600000\r\n',
    );
  });

  test('writes a service that looks like a formula as text', async () => {
    const other = await start({}, () => exampleNow);
    await other.send('1770000000 incident_start;service==cmd|calc x\n');
    const csv = await (await other.fetch('/report/csv?from=2026-01-01')).text();
    expect(csv).toContain(`service,"'=cmd|calc",`);
  });
});

describe('time without data', () => {
  test('reports no figures for a period before the first event, as empty cells in CSV', async () => {
    const body = await report('from=2025-11-01&until=2026-02-01');
    expect(
      body.byPeriod.map(({ name, coverage, incidents }) => [name, coverage.from, incidents['uptime']]),
    ).toEqual([
      ['2025-11', null, null],
      ['2025-12', null, null],
      ['2026-01', '2026-01-10T09:45:00.000Z', expect.any(Number)],
    ]);
    expect(body.coverage).toMatchObject({ from: '2026-01-10T09:45:00.000Z', knownMs: 31_095 * 60_000 });
    const csv = await (await server.fetch('/report/csv?from=2025-12-01&until=2026-02-01')).text();
    expect(csv).toContain(
      'period,"2025-12",2025-12-01T00:00:00.000Z,2026-01-01T00:00:00.000Z,coverage,fromMs,\r\n',
    );
    expect(csv).toContain(
      'period,"2025-12",2025-12-01T00:00:00.000Z,2026-01-01T00:00:00.000Z,incidents,count,\r\n',
    );
    expect(csv).toContain(
      'period,"2026-01",2026-01-01T00:00:00.000Z,2026-02-01T00:00:00.000Z,incidents,count,2\r\n',
    );
  });

  test('reports no figures on an empty server', async () => {
    const empty = await start({}, () => exampleNow);
    const body = (await empty.json(`/report?${quarter}`)) as ReportBody;
    expect(body.coverage).toEqual({ from: null, knownMs: 0, maintenanceMs: 0, maintenanceIgnored: 0 });
    expect(body.incidents).toMatchObject({ count: 0, uptime: null });
    expect(body.delivery).toMatchObject({ deploymentsPerDay: null, changeFailRate: null });
  });

  test("moves the end of the period without data by the setting data-from, in the server's time zone", async () => {
    const later = { 'data-from': '2026-02-01', 'time-zone': 'Europe/Amsterdam' };
    const other = await start(later, () => exampleNow);
    await other.send(`${exampleLines.join('\n')}\n`);
    const body = (await other.json(`/report?${quarter}`)) as ReportBody;
    expect(body.coverage).toMatchObject({ from: '2026-01-31T23:00:00.000Z' });
    // Incident 5 starts after the end of March in Amsterdam.
    expect(body.incidents).toMatchObject({ count: 3, downMs: 150 * 60_000 });
    const earlier = await start({ 'data-from': '2020-01-01' }, () => exampleNow);
    await earlier.send(`${exampleLines.join('\n')}\n`);
    const all = await earlier.json(`/report?${quarter}`);
    expect(shownFigure(all, 'coverage.knownMs')).toBe('129600 min');
    expect(shownFigure(all, 'incidents.uptime')).toBe('99.6991 %');
  });
});

test.each([
  ['type=incident_*', 6, 0, 0],
  ['type=incident_sev1*', 2, 0, 0],
  ['all=origin%3Dself', 2, 0, 0],
  ['type=deploy_*', 0, 0, 4],
  ['q=shop', 1, 0, 4],
  ['q=release', 1, 0, 4],
  ['q=%26', 0, 0, 0],
])('includes for %s', async (query, incidents, gains, deployments) => {
  const body = await report(`${quarter}&${query}`);
  expect([body.incidents.count, body.gains.count, body.delivery['deployments']]).toEqual([
    incidents,
    gains,
    deployments,
  ]);
});

test('reports this quarter until now by default', async () => {
  const body = await report('');
  expect(body).toMatchObject({ from: '2026-04-01T00:00:00.000Z', until: '2026-04-15T00:00:00.000Z' });
  // Incident 5 started in March and is open for two hours of April.
  expect(body.incidents).toMatchObject({ count: 0, open: 0, downMs: 7_200_000 });
});

test('counts the future neither as up nor as down', async () => {
  expect(await report('from=2026-04-01&until=2027-01-01')).toMatchObject({
    until: '2026-04-15T00:00:00.000Z',
  });
  const body = await report('from=2026-05-01&until=2027-01-01');
  expect(body.incidents).toMatchObject({ count: 0, uptime: null });
  expect(body.byPeriod).toEqual([]);
});

test('accepts quarters and years, up to a maximum number', async () => {
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

test('truncates long lists of ids and reports that', async () => {
  const other = await start({}, () => exampleNow);
  const lines = Array.from({ length: 1_200 }, (_, i) => `${1_770_000_000 + i} deploy_app release ${i}\n`);
  await other.send(lines.join(''));
  const body = (await other.json('/report?from=2026-01-01')) as ReportBody;
  expect(body.delivery).toMatchObject({ deployments: 1_200 });
  expect(body.delivery['deploymentIds']).toHaveLength(1_000);
  expect(body.truncated).toBe(true);
});

test('writes a type that looks like a formula as text', async () => {
  const other = await start({}, () => exampleNow);
  await other.send('1770000000 =cmd|calc_start;outage=1 x\n');
  const csv = await (await other.fetch('/report/csv?from=2026-01-01')).text();
  expect(csv).toContain(`type,"'=cmd|calc",`);
});
