// The plugin's dashboards send valid queries, show data for a quarter of events, and are laid out so that people can read them.

import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { CoreApp, type DataFrame, getValueFormat } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import { storyBegin, storyEnd, storyLines } from '../harness/story';
import { colourOf, severityText } from '../src/frames/state';
import plugin from '../src/plugin.json';
import { defaultQuery } from '../src/query/complete-query';
import type { AnthraciteQuery } from '../src/query/query';
import { join, rangeOf } from './datasource';

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly templating: { readonly list: readonly { readonly type: string; readonly datasource?: unknown }[] };
  readonly panels: readonly Panel[];
}
interface Annotation {
  readonly builtIn?: number;
  readonly name: string;
  readonly datasource: unknown;
  readonly target: AnthraciteQuery;
  readonly filter: { readonly exclude: boolean; readonly ids: readonly number[] };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly maxDataPoints?: number;
  readonly gridPos: { readonly w: number; readonly h: number };
  readonly datasource: { readonly type: string };
  readonly targets: readonly AnthraciteQuery[];
  readonly fieldConfig: {
    readonly defaults: { readonly unit?: string; readonly decimals?: number };
    readonly overrides: readonly Override[];
  };
  readonly options: { readonly perPage?: number; readonly legend?: { readonly displayMode: string } };
  readonly transformations?: readonly { readonly id: string; readonly options: Transformation }[];
}
interface Override {
  readonly matcher: { readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}
interface Transformation {
  readonly include?: { readonly names: readonly string[] };
  readonly excludeByName?: Readonly<Record<string, boolean>>;
  readonly indexByName?: Readonly<Record<string, number>>;
  readonly sort?: readonly { readonly field: string }[];
}

const folder = joinPath(__dirname, '..', 'src', 'dashboards');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const dashboards = files.map((name): readonly [string, Dashboard] => [
  name,
  JSON.parse(readFileSync(joinPath(folder, name), 'utf8')),
]);
// Users name the datasources as they like, and select them in the dashboard.
const chosen = { type: plugin.id, uid: '${datasource}' };
const chosenGraphite = { type: 'graphite', uid: '${graphite}' };
const isOurs = ({ datasource }: Panel): boolean => datasource.type === plugin.id;
const queriesOf = ({
  annotations,
  panels,
}: Dashboard): (readonly [string, AnthraciteQuery, Panel | null])[] => [
  ...annotations.list.flatMap((one) => (one.builtIn ? [] : [[one.name, one.target, null] as const])),
  ...panels
    .filter(isOurs)
    .flatMap((panel) => panel.targets.map((target) => [panel.title, target, panel] as const)),
];
const allPanels = dashboards.flatMap(([file, { panels }]) =>
  panels.map((panel) => [file, panel.title, panel] as const),
);
const panelsWith = (isWanted: (panel: Panel) => boolean): (readonly [string, string, Panel])[] =>
  allPanels.filter(([, , panel]) => isWanted(panel));
const kindOf = ({ targets }: Panel): string | undefined => targets[0]?.kind;
/** The fields that the transformations and the overrides of a panel name. */
function namedFields({ transformations = [], fieldConfig }: Panel): string[] {
  return [
    ...transformations.flatMap(({ options }) => [
      ...(options.include?.names ?? []),
      ...Object.keys(options.excludeByName ?? {}),
      ...Object.keys(options.indexByName ?? {}),
      ...(options.sort ?? []).map(({ field }) => field),
    ]),
    ...fieldConfig.overrides.map(({ matcher }) => matcher.options),
  ];
}

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(storyLines());
});

test('lists all dashboards in the plugin, by their titles', () => {
  expect(plugin.includes).toEqual(
    expect.arrayContaining(
      dashboards.map(([file, { title }]) => ({ type: 'dashboard', name: title, path: `dashboards/${file}` })),
    ),
  );
  expect(plugin.includes).toHaveLength(dashboards.length);
});

test.each(dashboards)('%s queries the selected datasources, with valid options', (_, dashboard) => {
  const variables = dashboard.templating.list.filter(({ type }) => type === 'query' || type === 'adhoc');
  const annotations = dashboard.annotations.list.filter(({ builtIn }) => !builtIn);
  for (const { datasource } of [...variables, ...annotations, ...dashboard.panels.filter(isOurs)])
    expect(datasource).toEqual(chosen);
  for (const { datasource } of dashboard.panels.filter((panel) => !isOurs(panel)))
    expect(datasource).toEqual(chosenGraphite);
  for (const [, query] of queriesOf(dashboard)) {
    const { refId, datasource, ...asked } = query;
    expect(Object.keys(defaultQuery)).toEqual(expect.arrayContaining(Object.keys(asked)));
  }
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

/** Runs a query of a dashboard on the quarter of the story. */
async function run(query: AnthraciteQuery, panel: Panel | null): Promise<DataFrame[]> {
  const variables = { type: '*', search: '', incident: '9', key: 'service', service: 'website' };
  const { datasource } = join(server.url, { variables });
  const intervalMs = Math.ceil((storyEnd - storyBegin) / (panel?.maxDataPoints ?? 1_000));
  const { data, errors } = await lastValueFrom(
    datasource.query({
      requestId: 'Q1',
      app: CoreApp.Dashboard,
      interval: `${intervalMs}ms`,
      intervalMs,
      range: rangeOf(storyBegin, storyEnd),
      scopedVars: {},
      startTime: 0,
      timezone: 'utc',
      targets: [panel ? query : { ...query, kind: 'annotation' }],
    }),
  );
  expect(errors).toBeUndefined();
  return data as DataFrame[];
}

test.each(
  dashboards.flatMap(([file, dashboard]) =>
    queriesOf(dashboard).map(([name, query, panel]) => [file, name, query, panel] as const),
  ),
)('%s: %s shows data, in the fields that the panel names', async (_file, _name, query, panel) => {
  const frames = await run(query, panel);
  expect(frames.some(({ length }) => length > 0)).toBe(true);
  const fields = frames.flatMap((frame) => frame.fields.map(({ name }) => name));
  expect(fields).toEqual(expect.arrayContaining(panel ? namedFields(panel) : []));
});

test.each(allPanels)('%s: the title "%s" fits in its panel', (_file, title, { description, gridPos }) => {
  // A window of 1,400 pixels has about 47 for each of the 24 columns. A letter takes about 8, and the sign of a description 30.
  const letters = gridPos.w * 3 - (description === undefined ? 0 : 4);
  expect(title.length).toBeLessThanOrEqual(letters);
});

const columnPixels = 47;
test.each(panelsWith(({ type }) => type === 'table'))(
  '%s: the table "%s" has room for titles, and a width for every other wide column',
  async (_file, _title, panel) => {
    const hidden = panel.transformations?.flatMap(({ options }) => Object.keys(options.excludeByName ?? {}));
    const kept = panel.transformations?.flatMap(({ options }) => options.include?.names ?? []) ?? [];
    const [frame] = await run(panel.targets[0] as AnthraciteQuery, panel);
    const shown = frame?.fields
      .map(({ name }) => name)
      .filter((name) => !hidden?.includes(name) && (kept.length === 0 || kept.includes(name)));
    const widths = new Map(
      panel.fieldConfig.overrides.map(({ matcher, properties }) => [
        matcher.options,
        properties.find(({ id }) => id === 'custom.width')?.value as number | undefined,
      ]),
    );
    const free = shown?.filter((name) => widths.get(name) === undefined) ?? [];
    const taken = shown?.reduce((sum, name) => sum + (widths.get(name) ?? 0), 0) ?? 0;
    expect(shown).not.toContain('text');
    if (kept.length === 0) expect(free).toEqual(['title']);
    expect((panel.gridPos.w * columnPixels - taken) / free.length).toBeGreaterThanOrEqual(150);
    if (kept.length === 0) expect(panel.gridPos.w * columnPixels - taken).toBeGreaterThanOrEqual(280);
  },
);

test.each(panelsWith((panel) => kindOf(panel) === 'counts'))(
  '%s: "%s" has bars that are wide enough, a table as legend, and no marks of spans',
  async (_file, _title, panel) => {
    expect(panel.maxDataPoints).toBeLessThanOrEqual(120);
    expect(panel.options.legend?.displayMode).toBe('table');
    const frames = await run(panel.targets[0] as AnthraciteQuery, panel);
    const names = frames.map(({ name }) => name);
    expect(names).toContain('deploy_website');
    expect(names.filter((name) => /_(?:start|detected|resolved)$/.test(name ?? ''))).toEqual([]);
    const { unit, decimals } = panel.fieldConfig.defaults;
    const labels = [1_000, 1_200, 1_400].map((tick) => getValueFormat(unit)(tick, decimals));
    expect(new Set(labels.map(({ text, suffix = '' }) => text + suffix)).size).toBe(labels.length);
  },
);

test.each(dashboards)(
  '%s draws no annotation over a panel that shows the same',
  (_, { annotations, panels }) => {
    for (const { name, target, filter } of annotations.list.filter(({ builtIn }) => !builtIn)) {
      expect(filter.exclude).toBe(false);
      const drawn = panels.filter(({ id }) => filter.ids.includes(id));
      expect([name, drawn.length]).toEqual([name, filter.ids.length]);
      const own =
        target.show === 'spans' ? ['spans', 'spanTable', 'report'] : ['counts', 'spanTable', 'report'];
      expect([name, drawn.map(kindOf).filter((kind) => own.includes(kind ?? ''))]).toEqual([name, []]);
    }
  },
);

test.each(dashboards)('%s asks at most two different reports', (_, { panels }) => {
  const reports = panels.filter((panel) => kindOf(panel) === 'report');
  expect(new Set(reports.map(({ targets }) => JSON.stringify(targets))).size).toBeLessThanOrEqual(2);
});

test.each(panelsWith(({ type }) => type === 'state-timeline'))(
  '%s: "%s" has enough height for the name of each lane',
  (_file, _title, { gridPos, options }) => {
    const drawing = gridPos.h * 38 - 8 - 110; // without the title, the axis and the page numbers
    expect(drawing / (options.perPage ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(14);
  },
);

/** The mappings of a column, from texts to their results. */
function mappingsOf({ fieldConfig }: Panel, name: string): Record<string, { color?: string; text?: string }> {
  const override = fieldConfig.overrides.find(({ matcher }) => matcher.options === name);
  const mappings = override?.properties.find(({ id }) => id === 'mappings')?.value as
    | { options: Record<string, { color?: string; text?: string }> }[]
    | undefined;
  return Object.assign({}, ...(mappings ?? []).map(({ options }) => options));
}

test.each(panelsWith((panel) => namedFields(panel).includes('severity') && panel.type !== 'stat'))(
  '%s: "%s" has the colours of severities of all other places',
  (_file, _title, panel) => {
    const levels = (['incident', 'gain'] as const).flatMap((scale) =>
      ([1, 2, 3, 4] as const).map((severity) => ({ scale, severity })),
    );
    const expected = Object.fromEntries(levels.map((level) => [severityText(level), colourOf(level, '')]));
    const found = Object.entries(mappingsOf(panel, 'severity')).map(([text, { color }]) => [text, color]);
    expect(Object.fromEntries(found)).toEqual(expected);
  },
);

test.each(panelsWith((panel) => panel.type === 'table' && kindOf(panel) === 'spanTable'))(
  '%s: "%s" shows with words whether an incident is open',
  (_file, _title, panel) => {
    expect(mappingsOf(panel, 'open')).toMatchObject({ true: { text: 'open' }, false: { text: 'over' } });
  },
);

test('shows the time with data next to the uptime of each month', () => {
  const uptimes = panelsWith((panel) => panel.type !== 'stat' && namedFields(panel).includes('uptime'));
  expect(uptimes).not.toEqual([]);
  for (const [, , panel] of uptimes) expect(namedFields(panel)).toContain('time with data');
});
