// A dashboard of the plugin, as far as packages of Grafana draw it: bars over time, figures and tables, by the queries, transformations and
// field settings of the dashboard. The other panels are in no package, and are named only.

import {
  applyFieldOverrides,
  CoreApp,
  createTheme,
  type DataFrame,
  type DataSourceApi,
  type DataTransformerInfo,
  type FieldConfig,
  getFieldDisplayValues,
  standardTransformers,
  type TimeRange,
} from '@grafana/data';
import type { AnnotationQuery, VizLegendOptions } from '@grafana/schema';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  PanelChrome,
  Table,
  TimeSeries,
} from '@grafana/ui';
import * as React from 'react';
import { lastValueFrom, of } from 'rxjs';
import { GraphPlace, plotStyles } from './graph';
import { type AnyQuery, runQuery } from './query-run';

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly (AnnotationQuery & { readonly builtIn?: number })[] };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly w: number; readonly h: number };
  readonly datasource: { readonly type: string };
  readonly maxDataPoints?: number;
  readonly targets: readonly AnyQuery[];
  readonly transformations?: readonly { readonly id: string; readonly options: object }[];
  readonly fieldConfig: {
    readonly defaults: FieldConfig;
    readonly overrides: readonly {
      readonly matcher: { readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
  readonly options: { readonly legend?: VizLegendOptions };
}
interface Filled {
  readonly panel: Panel;
  readonly frames: readonly DataFrame[];
}

const theme = createTheme({ colors: { mode: 'dark' } });
const columnPixels = 1_120 / 24;
const drawable = new Set(['timeseries', 'stat', 'table']);
const transformers: Readonly<Record<string, DataTransformerInfo>> = {
  filterFieldsByName: standardTransformers.filterFieldsByNameTransformer,
  organize: standardTransformers.organizeFieldsTransformer,
  sortBy: standardTransformers.sortByTransformer,
};

/** The panels of a dashboard, one below the other. `initial` is the name of its file. */
export function DashboardPlace({
  datasource,
  range,
  initial,
}: {
  readonly datasource: DataSourceApi;
  readonly range: TimeRange;
  readonly initial: string;
}) {
  const [dashboard, setDashboard] = React.useState<Dashboard>();
  const [filled, setFilled] = React.useState<readonly Filled[]>();
  React.useEffect(() => {
    const load = async () => {
      const read: Dashboard = await (
        await fetch(`/public/plugins/${datasource.type}/dashboards/${initial}`)
      ).json();
      setDashboard(read);
      setFilled(await Promise.all(read.panels.map((panel) => fill(panel, datasource, range))));
    };
    load();
  }, [datasource, initial, range]);
  return (
    <div data-testid="dashboard" data-panels={filled?.length}>
      <pre hidden data-testid="state">
        null
      </pre>
      <style>{plotStyles}</style>
      {filled?.map(({ panel, frames }) => (
        <div key={panel.id} style={{ marginBottom: 8 }}>
          {panel.datasource.type === datasource.type ? (
            <Drawn panel={panel} frames={frames} range={range} />
          ) : (
            <GraphPlace
              datasource={datasource}
              range={range}
              initial={dashboard?.annotations.list.filter(({ builtIn }) => !builtIn) ?? []}
            />
          )}
        </div>
      ))}
    </div>
  );
}

async function fill(panel: Panel, datasource: DataSourceApi, range: TimeRange): Promise<Filled> {
  const [target] = panel.targets;
  if (!drawable.has(panel.type) || panel.datasource.type !== datasource.type) return { panel, frames: [] };
  const asked = { refId: 'A', app: CoreApp.Dashboard, range, maxDataPoints: panel.maxDataPoints };
  const { series, errors } = await runQuery(datasource, target, asked);
  if (errors) throw new Error(`${panel.title}: ${errors[0]?.message}`);
  let frames = series;
  for (const { id, options } of panel.transformations ?? []) {
    const transformer = transformers[id];
    if (!transformer) throw new Error(`${panel.title}: the transformation ${id} is not known here`);
    const context = { interpolate: (text: string) => text };
    frames = await lastValueFrom(
      of(frames).pipe(transformer.operator({ ...transformer.defaultOptions, ...options }, context)),
    );
  }
  return { panel, frames: withSettings(frames, panel) };
}

/** The frames with the field settings of a panel, and the functions that write their values. */
function withSettings(frames: readonly DataFrame[], { type, fieldConfig }: Panel): DataFrame[] {
  const { defaults, overrides } = fieldConfig;
  const settled = frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      const config: FieldConfig = {
        ...(type === 'timeseries' && { color: { mode: 'palette-classic' } }),
        ...defaults,
        ...field.config,
        custom: { ...defaults.custom, ...field.config.custom },
      };
      for (const { matcher, properties } of overrides) {
        if (matcher.options !== field.name) continue;
        for (const { id, value } of properties) {
          if (id.startsWith('custom.')) config.custom[id.slice('custom.'.length)] = value;
          else Object.assign(config, { [id]: value });
        }
      }
      return { ...field, config };
    }),
  }));
  return applyFieldOverrides({
    data: settled,
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
}

function Drawn({ panel, frames, range }: Filled & { readonly range: TimeRange }) {
  const { type, title, gridPos, options, fieldConfig } = panel;
  const size = { width: Math.floor(gridPos.w * columnPixels), height: gridPos.h * 38 - 8 };
  if (!drawable.has(type)) {
    return (
      <PanelChrome title={title} width={size.width} height={70}>
        {() => <span>Only Grafana itself draws panels of the type {type}.</span>}
      </PanelChrome>
    );
  }
  return (
    <PanelChrome title={title} {...size}>
      {(width: number, height: number) => {
        if (type === 'table')
          return frames[0] ? <Table data={frames[0]} width={width} height={height} /> : null;
        if (type === 'timeseries') {
          const legend = options.legend as VizLegendOptions;
          return (
            <TimeSeries
              frames={[...frames]}
              width={width}
              height={height}
              timeRange={range}
              timeZone="utc"
              legend={legend}
            />
          );
        }
        const figures = getFieldDisplayValues({
          data: [...frames],
          fieldConfig: { defaults: fieldConfig.defaults, overrides: [] },
          reduceOptions: { calcs: ['lastNotNull'], values: false },
          replaceVariables: (text) => text,
          theme,
          timeZone: 'utc',
        });
        return (
          <div style={{ display: 'flex' }}>
            {figures.map(({ display, name }) => (
              <BigValue
                key={name}
                value={display}
                width={width / figures.length}
                height={height}
                theme={theme}
                colorMode={BigValueColorMode.Value}
                graphMode={BigValueGraphMode.None}
                textMode={BigValueTextMode.ValueAndName}
                text={{ titleSize: 14 }}
              />
            ))}
          </div>
        );
      }}
    </PanelChrome>
  );
}
