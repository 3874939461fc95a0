// The frame of a picture: what it shows in words, its legend, its axes, and the same as a table.
// The drawing itself is for the eye and the pointer; the table has all of it, with its links, for keys and screen readers.

import type { ComponentChildren } from 'preact';
import type { Range } from '../../report/affected-time';
import { percent, placeBetween, type Tick } from './axis';

/** An entry of a legend: the class that paints it, and its name. */
export interface LegendEntry {
  readonly paint: string;
  readonly name: string;
}

/** A picture with its caption. `about` says in a sentence how it is read. */
export function Picture({
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
    <figure class="picture card">
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

// Text behind it would leave the picture.
const lastPlace = 0.93;

/** A level line of a plot: how far from its top in pixels, and what stands beside it. */
export interface Level {
  readonly y: number;
  readonly text: string;
  /** True for a name beside a lane, without a line. */
  readonly isLane?: true;
}

/** A plot over time, `height` pixels high. What is drawn has its places across in per cent, and down in pixels. */
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
            text-anchor={placeBetween(value, range.fromMs, range.untilMs) > lastPlace ? 'end' : 'start'}
          >
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** Where an instant stands across a plot. */
export function timePlace(timeMs: number, { fromMs, untilMs }: Range): string {
  return percent(placeBetween(timeMs, fromMs, untilMs));
}

/** How wide a stretch of time is on a plot, as far as it lies within its range. */
export function timeWidth(begin: number, end: number, { fromMs, untilMs }: Range): string {
  return percent(placeBetween(end, fromMs, untilMs) - placeBetween(begin, fromMs, untilMs));
}

/** A mark that leads somewhere, and says what it is when it is pointed at. Not reached by keys: the table beside it has the same link. */
export function Marked({
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
