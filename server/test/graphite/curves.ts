// Sample events, and the series that targets draw from them.

import { type RenderRequest, render } from '../../src/graphite/render';

/** A series, as Grafana gets it. */
export interface Curve {
  readonly target: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly datapoints: readonly (readonly [number | null, number])[];
}

// Deployments at 102 (two) and 109, Puppet runs at 102 and 104.
const deploys = [
  [102, 2],
  [109, 1],
] as const;
const runs = [
  [102, 1],
  [104, 1],
] as const;

async function count(tags: readonly string[] | '*', from: number, until: number) {
  const all =
    tags === '*'
      ? [[102, 3] as const, [104, 1] as const, [109, 1] as const]
      : tags[0] === 'deploy'
        ? deploys
        : runs;
  return new Map(all.filter(([second]) => second >= from && second < until));
}

/** Renders targets from second 100 to 110 by default. Fails with the message of the server. */
export async function ask(targets: string | string[], more: Partial<RenderRequest> = {}): Promise<Curve[]> {
  const rendered = await render(
    {
      targets: [targets].flat(),
      fromSeconds: 100,
      untilSeconds: 110,
      maxDataPoints: 0,
      noNullPoints: true,
      ...more,
    },
    count,
  );
  if (!rendered.ok) throw new Error(rendered.message);
  return JSON.parse([...rendered.value].join('')) as Curve[];
}

/** The points of each series of a target. */
export async function points(target: string, more: Partial<RenderRequest> = {}) {
  return (await ask(target, more)).map((curve) => curve.datapoints);
}
