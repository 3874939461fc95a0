// A graph of @grafana/ui with the annotations of the datasource on it. Lines and regions are drawn as a dashboard's panels draw them,
// because the panel itself is in no package.

import {
  CoreApp,
  createDataFrame,
  createTheme,
  type DataFrame,
  type DataSourceApi,
  FieldColorModeId,
  FieldType,
  type TimeRange,
} from '@grafana/data';
import { type AnnotationQuery, LegendDisplayMode } from '@grafana/schema';
import { PanelChrome, TimeSeries, type UPlotConfigBuilder } from '@grafana/ui';
import * as React from 'react';
import { runQuery } from './query-run';

const size = { width: 1_120, height: 330 };
const dashed = [5, 5];
const regionOpacity = 0.1;
const markerPixels = 5;

/** The rules of uPlot's own style sheet that place its canvas; Grafana's page contains them, a bundle without styles does not. */
export const plotStyles = `
  .uplot .u-wrap { position: relative; }
  .uplot .u-over, .uplot .u-under, .uplot .u-axis { position: absolute; }
  .uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
  .uplot .u-cursor-x, .uplot .u-cursor-y { display: none; }
`;

interface DrawnMark {
  readonly time: number;
  readonly timeEnd: number;
  readonly color: string;
  /** Whether users notice it. */
  readonly isIncident: boolean;
}

/** The annotations of some queries on sample orders per minute. `initial` is a list of annotations with a colour each. */
export function GraphPlace({
  datasource,
  range,
  initial,
}: {
  readonly datasource: DataSourceApi;
  readonly range: TimeRange;
  readonly initial: readonly AnnotationQuery[];
}) {
  const [marks, setMarks] = React.useState<readonly DrawnMark[]>();
  React.useEffect(() => {
    Promise.all(initial.map((annotation) => marksOf(datasource, annotation, range))).then((found) =>
      setMarks(found.flat()),
    );
  }, [datasource, initial, range]);
  return (
    <div data-testid="graph" data-marks={marks?.length}>
      <pre hidden data-testid="state">
        null
      </pre>
      <style>{plotStyles}</style>
      {marks && (
        <PanelChrome title="Orders per minute" {...size}>
          {(width: number, height: number) => (
            <TimeSeries
              frames={[orders(range, marks)]}
              width={width}
              height={height}
              timeRange={range}
              timeZone="utc"
              legend={{
                showLegend: false,
                displayMode: LegendDisplayMode.List,
                placement: 'bottom',
                calcs: [],
              }}
            >
              {(builder) => <Marks builder={builder} marks={marks} />}
            </TimeSeries>
          )}
        </PanelChrome>
      )}
    </div>
  );
}

async function marksOf(
  datasource: DataSourceApi,
  annotation: AnnotationQuery,
  range: TimeRange,
): Promise<DrawnMark[]> {
  const prepared = datasource.annotations?.prepareQuery?.(annotation);
  const { series } = await runQuery(datasource, prepared, { refId: 'Anno', app: CoreApp.Dashboard, range });
  const theme = createTheme({ colors: { mode: 'dark' } });
  return series.flatMap((frame) => {
    const valuesOf = (name: string) => frame.fields.find((field) => field.name === name)?.values ?? [];
    const [states, times, ends] = ['newState', 'time', 'timeEnd'].map(valuesOf);
    return (times ?? []).map((time: number, i: number) => ({
      time,
      timeEnd: ends?.[i] ?? time,
      color: theme.visualization.getColorByName(colorOf(states?.[i]) ?? annotation.iconColor),
      isIncident: /alerting|pending/.test(states?.[i] ?? ''),
    }));
  });
}

/** The colours that Grafana gives to the states of alerts. */
function colorOf(state: unknown): string | undefined {
  const colors: Record<string, string> = {
    alerting: 'red',
    pending: 'yellow',
    ok: 'green',
    paused: 'gray',
    nodata: 'gray',
  };
  return colors[String(state ?? '').toLowerCase()];
}

/** Orders of a day: a wave, less of it within incidents. */
function orders({ from, to }: TimeRange, marks: readonly DrawnMark[]): DataFrame {
  const minuteMs = 60_000;
  const count = Math.floor((to.valueOf() - from.valueOf()) / minuteMs);
  const times = Array.from({ length: count }, (_, i) => from.valueOf() + i * minuteMs);
  const regions = marks.filter(({ isIncident, time, timeEnd }) => isIncident && timeEnd > time);
  const values = times.map((time, i) => {
    const wave = 180 + 70 * Math.sin((i / count) * Math.PI) + 6 * Math.sin(i / 7) + 4 * Math.sin(i * 1.7);
    const isDisturbed = regions.some((region) => time >= region.time && time < region.timeEnd);
    return Math.round(isDisturbed ? wave * 0.72 : wave);
  });
  const frame = createDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: times },
      {
        name: 'orders',
        type: FieldType.number,
        values,
        config: {
          color: { mode: FieldColorModeId.Fixed, fixedColor: 'blue' },
          min: 0,
          custom: { lineWidth: 1, fillOpacity: 12, showPoints: 'never', drawStyle: 'line' },
        },
      },
    ],
  });
  const theme = createTheme({ colors: { mode: 'dark' } });
  for (const field of frame.fields) {
    field.display = (value) => ({
      text: String(value),
      numeric: Number(value),
      color: theme.visualization.getColorByName('blue'),
    });
    field.state = { seriesIndex: 0 };
  }
  return frame;
}

function Marks({
  builder,
  marks,
}: {
  readonly builder: UPlotConfigBuilder;
  readonly marks: readonly DrawnMark[];
}) {
  React.useLayoutEffect(() => {
    builder.addHook('draw', (plot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      for (const { time, timeEnd, color } of marks) {
        const left = plot.valToPos(Math.max(time, plot.scales['x']?.min ?? time), 'x', true);
        const right = plot.valToPos(Math.min(timeEnd, plot.scales['x']?.max ?? timeEnd), 'x', true);
        const bottom = bbox.top + bbox.height;
        ctx.strokeStyle = ctx.fillStyle = color;
        ctx.lineWidth = 2;
        ctx.setLineDash(dashed);
        for (const x of right > left ? [left, right] : [left]) {
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bottom);
          ctx.stroke();
        }
        if (right > left) {
          ctx.fillRect(left, bottom, right - left, markerPixels);
          ctx.globalAlpha = regionOpacity;
          ctx.fillRect(left, bbox.top, right - left, bbox.height);
          ctx.globalAlpha = 1;
        } else {
          ctx.beginPath();
          ctx.moveTo(left, bottom);
          ctx.lineTo(left - markerPixels, bottom + 2 * markerPixels);
          ctx.lineTo(left + markerPixels, bottom + 2 * markerPixels);
          ctx.fill();
        }
      }
      ctx.restore();
    });
  }, [builder, marks]);
  return null;
}
