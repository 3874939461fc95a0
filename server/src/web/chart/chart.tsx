// The frame of a chart: description, legend, axes, and the data as a table.
// The drawing is for eyes and pointers; the table has the same data and links for keyboards and screen readers.

import type { ComponentChildren } from 'preact';
import type { Range } from '../../report/intervals';
import { percent, placeBetween, type Tick } from './axis';

/** An entry of a legend: its CSS class and its name. */
export interface LegendEntry {
  readonly paint: string;
  readonly name: string;
}

/** A chart with its caption. `about` explains how to read it. */
export function Chart({
  title,
  about,
  legend = [],
  table,
  children,
}: {
  readonly title: string;
  readonly about: ComponentChildren;
  readonly legend?: readonly LegendEntry[];
  readonly table: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <figure class="chart card">
      <figcaption>
        <h3>{title}</h3>
        <p class="soft">{about}</p>
        {legend.length > 0 && (
          <ul class="legend">
            {legend.map(({ paint, name }) => (
              <li key={name}>
                <svg class="swatch" width="12" height="12" aria-hidden="true">
                  <rect class={paint} width="12" height="12" />
                </svg>
                {name}
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      {children}
      <details class="numbers">
        <summary>
          As a table<span class="hidden-text">: {title}</span>
        </summary>
        <div class="sideways">{table}</div>
      </details>
    </figure>
  );
}

// Labels nearer to an edge than this would overflow the chart.
const edgePlace = 0.025;

/** A horizontal line of a plot: its distance from the top in pixels, and its label. */
export interface Level {
  readonly y: number;
  readonly text: string;
  /** True for the name of a lane, without a line. */
  readonly isLane?: true;
}

/** A plot over time, `height` pixels high. Horizontal positions are percentages, vertical positions pixels. */
export function TimePlot({
  range,
  ticks,
  levels,
  height,
  children,
}: {
  readonly range: Range;
  readonly ticks: readonly Tick[];
  readonly levels: readonly Level[];
  readonly height: number;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="plot">
      <svg class="scale" height={height} aria-hidden="true">
        {levels.map(({ y, text }) => (
          <text key={y} x="100%" dx="-8" y={y} dy="0.32em" text-anchor="end">
            {text}
          </text>
        ))}
      </svg>
      <svg class="field" height={height} aria-hidden="true">
        {levels
          .filter(({ isLane }) => !isLane)
          .map(({ y }) => (
            <line key={y} class="grid" x1="0" x2="100%" y1={y} y2={y} />
          ))}
        {ticks.map(({ value }) => (
          <line
            key={value}
            class="grid"
            x1={timePlace(value, range)}
            x2={timePlace(value, range)}
            y1="0"
            y2={height}
          />
        ))}
        {children}
      </svg>
      <svg class="days" height={22} aria-hidden="true">
        {ticks.map(({ value, text }, i) => (
          <text
            key={value}
            class={i % 2 === 1 ? 'between' : undefined}
            x={timePlace(value, range)}
            y="15"
            text-anchor={anchorAt(placeBetween(value, range.fromMs, range.untilMs))}
          >
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}

// Labels are centred on their ticks.
function anchorAt(place: number): 'start' | 'middle' | 'end' {
  if (place < edgePlace) return 'start';
  return place > 1 - edgePlace ? 'end' : 'middle';
}

/** The most ticks of a time axis whose labels do not overlap, on paper too. */
export const maxTimeTicks = 9;

/** The horizontal position of an instant in a plot. */
export function timePlace(timeMs: number, { fromMs, untilMs }: Range): string {
  return percent(placeBetween(timeMs, fromMs, untilMs));
}

/** The width of a range of time in a plot, limited to the range of the plot. */
export function timeWidth(begin: number, end: number, { fromMs, untilMs }: Range): string {
  return percent(placeBetween(end, fromMs, untilMs) - placeBetween(begin, fromMs, untilMs));
}

/** A drawn element with a link and a tooltip. Not reachable by keyboard: the table has the same link. */
export function ChartLink({
  href,
  title,
  children,
}: {
  readonly href: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <a href={href} tabindex={-1}>
      <title>{title}</title>
      {children}
    </a>
  );
}
