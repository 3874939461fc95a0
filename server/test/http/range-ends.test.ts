// Events at the edges of a range: `until` is included everywhere except in reports, and the next millisecond is not.

import type { Suspects } from '../../src/formats/told-suspects';
import { start, type TestServer } from '../start';
import { everything } from '../storage/suite/random-events';

const hour = 3_600_000;
const at = Date.UTC(2026, 2, 1, 12);
const now = at + 10 * hour;
const iso = (timeMs: number): string => encodeURIComponent(new Date(timeMs).toISOString());

let server: TestServer;
beforeAll(async () => {
  server = await start({}, () => now);
  const lines = [-1, 0, 1].map((ms) => `${(at + ms) / 1_000} note;at=${ms} text ${ms}\n`);
  await server.send(lines.join(''));
});

const edges = `from=${iso(at)}&until=${iso(at)}`;
const tagsOf = async (path: string): Promise<unknown[]> => {
  const answer = (await server.json(path)) as { events: { tags: string[] }[] };
  return answer.events.map(({ tags }) => tags[0]);
};

test.each(['', '&order=descending', '&q=text', '&type=note', '&type=n*', '&any=at%3D*', '&group=at'])(
  'lists the events of the instant that is both from and until: %s',
  async (filter) => {
    expect(await tagsOf(`/events/json?${edges}${filter}`)).toEqual(['at=0']);
  },
);

test.each(['ascending', 'descending'])(
  'includes the last event on pages that end at its instant: %s',
  async (order) => {
    const whole = ['at=-1', 'at=0'];
    const range = `type=note&from=${iso(at - 1)}&until=${iso(at)}&order=${order}&limit=1`;
    const first = (await server.json(`/events/json?${range}`)) as { next: string };
    const pages = [
      ...(await tagsOf(`/events/json?${range}`)),
      ...(await tagsOf(`/events/json?${range}&after=${first.next}`)),
    ];
    expect(pages).toEqual(order === 'ascending' ? whole : whole.reverse());
  },
);

test.each(['1h', '1s', '1w'])(
  'includes the instant of until in counts by %s and reports the range',
  async (interval) => {
    for (const by of ['', '&by=type', '&by=type&q=text', '&by=type&type=n*']) {
      const query = `from=${iso(at - 1)}&until=${iso(at)}&interval=${interval}${by}`;
      const answer = (await server.json(`/events/counts?${query}`)) as {
        from: string;
        until: string;
        series: { total: number }[];
      };
      expect(answer.series.map(({ total }) => total)).toEqual([2]);
      expect([Date.parse(answer.from), Date.parse(answer.until)]).toEqual([at - 1, at]);
    }
  },
);

test('counts the events of one instant', async () => {
  const answer = (await server.json(`/events/counts?${edges}&interval=1h`)) as {
    series: { total: number }[];
  };
  expect(answer.series.map(({ total }) => total)).toEqual([1]);
});

test("includes the second of until in Graphite's list, but not in its render", async () => {
  const [from, until] = [at / 1_000 - 1, at / 1_000];
  const events = (await server.json(`/events/get_data?from=${from}&until=${until}`)) as { tags: string[] }[];
  expect(events).toHaveLength(2);
  const rendered = await server.json(
    `/render?target=events(%22note%22)&from=${from}&until=${until}&format=json`,
  );
  expect(rendered).toMatchObject([{ datapoints: [[1, from]] }]);
});

test('counts the event at the instant of until in a deletion', async () => {
  const body = new URLSearchParams(`${edges}&dry_run=1`);
  const answer = await server.json(`/events/delete?${body}`, { method: 'POST' });
  expect(answer).toMatchObject({ count: 1 });
});

describe('spans, suspects and the report', () => {
  const second = (timeMs: number): number => timeMs / 1_000;
  const deployAt = at + 2 * hour;
  const firstId = 4;
  beforeAll(async () => {
    await server.send(
      [
        `${second(deployAt)} deploy_shop;version=1 release`,
        `${second(deployAt + hour)} incident_sev1_start;incident=1 down`,
        `${second(deployAt + 2 * hour)} incident_sev1_end;incident=1 up`,
        `${second(deployAt + hour)} deploy_api;version=1 at the same instant`,
        `${second(deployAt + hour + 1)} deploy_late;version=1 a millisecond later\n`,
      ].join('\n'),
    );
  });

  test.each([
    ['until the millisecond before it starts', 0, hour - 1, 0],
    ['until it starts', 0, hour, 1],
    ['from its end', 2 * hour, 3 * hour, 1],
    ['from the millisecond after its end', 2 * hour + 1, 3 * hour, 0],
    ['within it, one instant', 1.5 * hour, 1.5 * hour, 1],
  ])('finds a span in a range %s', async (_, from, until, count) => {
    for (const order of ['ascending', 'descending']) {
      const query = `from=${iso(deployAt + from)}&until=${iso(deployAt + until)}&order=${order}`;
      const { spans } = (await server.json(`/spans?${query}`)) as { spans: unknown[] };
      expect(spans).toHaveLength(count);
    }
  });

  test.each(['', '?q=-never'])(
    'lists a change at the instant of the incident as a suspect, but not a later one %s',
    async (query) => {
      const { suspects } = (await server.json(`/spans/${firstId + 1}/suspects${query}`)) as {
        suspects: { type: string; history: unknown }[];
      };
      expect(suspects.map(({ type }) => type).sort()).toEqual(['deploy_api', 'deploy_shop']);
    },
  );

  test('lists an incident at the end of the window as a follower, but not a millisecond later', async () => {
    const followersOf = async (windowMs: number): Promise<number> => {
      const found = await server.app.store.followers(firstId, everything, { windowMs, limit: 10 });
      return found?.followers.length ?? -1;
    };
    expect([await followersOf(hour), await followersOf(hour - 1)]).toEqual([1, 0]);
  });

  test('lists a change at the start of the window as a suspect, but not an earlier one', async () => {
    const suspectsOf = async (windowMs: number): Promise<Suspects['suspects']> =>
      (await server.app.store.suspects(firstId + 1, everything, { windowMs, limit: 10 }))?.suspects ?? [];
    expect((await suspectsOf(hour)).map(({ type }) => type)).toContain('deploy_shop');
    expect((await suspectsOf(hour - 1)).map(({ type }) => type)).not.toContain('deploy_shop');
  });

  test('excludes the instant of until from a report', async () => {
    const figuresOf = async (until: number): Promise<unknown> => {
      const { delivery, incidents } = (await server.json(
        `/report?from=${iso(deployAt)}&until=${iso(until)}&window=2h`,
      )) as { delivery: { deployments: number }; incidents: { count: number } };
      return [delivery.deployments, incidents.count];
    };
    expect(await figuresOf(deployAt + hour)).toEqual([1, 0]);
    expect(await figuresOf(deployAt + hour + 1)).toEqual([2, 1]);
  });
});
