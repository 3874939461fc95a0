// Annotations in dashboards: with Grafana's own dashboard code, against a real server.

import type { AnnotationQuery, DataFrame, DataQueryRequest } from '@grafana/data';
import {
  dataLayers,
  EmbeddedScene,
  SceneCanvasText,
  SceneDataLayerSet,
  SceneTimeRange,
} from '@grafana/scenes';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteQuery } from '../src/query/query';
import { setUpDashboards, stateWhen } from './dashboard';
import { datasourceType, datasourceUid, type JoinedDatasource, join, rangeOf } from './datasource';

const at = (hour: number, minute = 0): number => Date.UTC(2026, 0, 10, hour, minute);
const seconds = (hour: number, minute = 0): number => at(hour, minute) / 1000;
const lines = [
  `${seconds(1)} incident_sev1_start;incident=1;origin=self the shop is down`,
  `${seconds(1, 4)} incident_sev1_detected;incident=1 a customer calls`,
  `${seconds(11)} incident_sev1_resolved;incident=1 rolled back`,
  `${seconds(10, 30)} deploy_shop;env=prod;version=a,b "release a\\n<b>bold</b> see https://example.com/a?b=1&c=2."`,
  `${seconds(10, 40)} gain_sev2_start film`,
  `${seconds(10, 50)} gain_sev2_end film`,
  `${seconds(11, 30)} incident_sev3_start;incident=2 slow`,
  `${seconds(11, 40)} incident_sev4 nobody notices`,
  ...[0, 1, 2].map((host) => `${seconds(11, host)} puppet;version=7;host=web${host} changed`),
];

let server: Served;
let joined: JoinedDatasource;

beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  expect(await server.send(`${lines.join('\n')}\n`)).toContain('ok stored=');
  joined = join(server.url, { jsonData: { linkBase: 'https://events.example/' } });
  setUpDashboards(joined.datasource);
});

/** The marks that a dashboard draws for an annotation, as rows. */
async function annotate(
  target: Partial<AnthraciteQuery> | undefined,
  [from, to] = [at(10), at(12)],
): Promise<Record<string, unknown>[]> {
  const query: AnnotationQuery<AnthraciteQuery> = {
    name: 'events',
    datasource: { uid: datasourceUid, type: datasourceType },
    enable: true,
    iconColor: 'blue',
    ...(target && { target: { refId: 'Anno', ...target } }),
  };
  const layer = new dataLayers.AnnotationsDataLayer({ name: 'events', query });
  const scene = new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }),
    $data: new SceneDataLayerSet({ layers: [layer] }),
    body: new SceneCanvasText({ text: '' }),
  });
  const stop = scene.activate();
  const { data } = await stateWhen(layer, (state) => state.data !== undefined);
  stop();
  return rowsOf(data?.series[0]);
}

function rowsOf(frame: DataFrame | undefined): Record<string, unknown>[] {
  return Array.from({ length: frame?.length ?? 0 }, (_, row) =>
    Object.fromEntries(frame?.fields.map(({ name, values }) => [name, values[row]]) ?? []),
  );
}

const colours = (rows: Record<string, unknown>[]): unknown[] =>
  rows.map(({ title, color }) => [String(title).replace(/<[^>]*>/g, ''), color]);

test('shows all events for a new annotation without options', async () => {
  expect((await annotate(undefined)).length).toBe(8);
});

test('fetches events and spans with one request', async () => {
  joined.proxy.asked.length = 0;
  await annotate({ show: 'both', limit: 900 });
  expect(joined.proxy.asked).toEqual([expect.stringMatching(/^events\/timeline\?/)]);
});

test('draws a span that started before the view as a region, from its start to its end', async () => {
  const [region] = await annotate({ show: 'spans', allTags: ['incident=1'] });
  expect(region).toMatchObject({ time: at(1), timeEnd: at(11), isRegion: true, color: 'red' });
  expect(region?.['text']).toContain('detected after 4 min: a customer calls');
  expect(region?.['text']).toContain('resolved after 10 h: rolled back');
  expect(region?.['tags']).toEqual(['incident_sev1', 'incident=1', 'origin=self']);
});

test('extends an open incident to now', async () => {
  const before = Date.now();
  const [region] = await annotate({ show: 'spans', allTags: ['incident=2'] });
  expect(region).toMatchObject({ time: at(11, 30), isRegion: true, color: 'yellow' });
  expect(region?.['timeEnd']).toBeGreaterThanOrEqual(before);
  expect(region?.['title']).toContain('slow (open)');
});

test('draws incidents red, gains green, and other events in the colour of the annotation', async () => {
  expect(colours(await annotate({ show: 'both' }))).toEqual(
    expect.arrayContaining([
      ['the shop is down', 'red'],
      ['film', 'green'],
      ['slow (open)', 'yellow'],
      ['nobody notices', 'gray'],
      ['release a', expect.stringMatching(/^(blue|#)/)],
    ]),
  );
});

test('gives a point title, text, tags and a link, and an id without buttons to edit and delete it', async () => {
  const [point] = await annotate({ show: 'points', types: ['deploy_*'] });
  expect(point).toMatchObject({
    time: at(10, 30),
    isRegion: false,
    tags: ['deploy_shop', 'env=prod', 'version=a,b'],
  });
  expect(point?.['title']).toBe('<b><bdi>release a</bdi></b>');
  expect(point?.['text']).toContain('&lt;b&gt;bold&lt;/b&gt;');
  expect(point?.['text']).toContain('href="https://example.com/a?b=1&amp;c=2"');
  expect(point?.['text']).toMatch(/href="https:\/\/events\.example\/events\/\d+"/);
  expect(point?.['id']).toBe(0);
});

test('shows the marks of spans, too, when only points are drawn', async () => {
  expect((await annotate({ show: 'points', types: ['incident_sev1_*'] })).length).toBe(1);
});

test('draws one deployment on many hosts as one mark', async () => {
  const marks = await annotate({ types: ['puppet'], groupBy: 'version' });
  expect(marks).toEqual([
    expect.objectContaining({
      time: at(11),
      timeEnd: at(11, 2),
      text: expect.stringContaining('3 events on'),
    }),
  ]);
});

test('marks a truncated list on the graph, at the place of the missing events', async () => {
  const marks = await annotate({ show: 'points', limit: 2 });
  expect(marks).toHaveLength(3);
  expect(marks[0]).toMatchObject({ time: at(10), timeEnd: at(11, 30), color: 'gray' });
  expect(marks[0]?.['title']).toContain('Not all events are shown');
});

test('shows a failure on the graph, where an empty graph would look like no events', async () => {
  const marks = await annotate({ groupBy: 'a=b' });
  expect(marks).toEqual([expect.objectContaining({ time: at(10), timeEnd: at(12), color: 'gray' })]);
  expect(marks[0]?.['text']).toContain('a tag&#39;s key, such as version');
});

describe('a test run in the editor of an annotation', () => {
  const request = (scopedVars: object) =>
    ({
      range: rangeOf(at(10), at(12)),
      scopedVars,
      targets: [{ refId: 'Anno', kind: 'annotation', types: ['deploy_*'] }],
    }) as unknown as DataQueryRequest<AnthraciteQuery>;
  const firstText = async (scopedVars: object): Promise<unknown> => {
    const { data } = await lastValueFrom(joined.datasource.query(request(scopedVars)));
    return rowsOf((data as DataFrame[])[0])[0]?.['text'];
  };

  test('has short plain texts, which fit into the table of Grafana', async () => {
    const stop = joined.datasource.previews.start();
    expect(await firstText({})).toBe('<b>bold</b> see https://example.com/a?b=1&c=2. open in Anthr...');
    // Dashboards that are open at the same time keep the text of their tooltips.
    expect(await firstText({ __sceneObject: {} })).toContain('<a href=');
    stop();
    expect(await firstText({})).toContain('<a href=');
  });
});
