// The requests of panels: in which order they are answered, which are shared, and what fails.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreApp, LoadingState } from '@grafana/data';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { until } from '../../testing/dist/src';
import type { AnthraciteQuery } from '../src/query/query';
import { ask, joinStory, refIdsOf, requestOf, setUpStory, valuesOf } from './panel';

setUpStory();

describe('several queries', () => {
  test('are answered in their order, and are done with the last answer; hidden ones are not sent', async () => {
    const { datasource, proxy } = joinStory();
    proxy.hold('events/timeline');
    const answers = datasource.query(requestOf([{ kind: 'table' }, { kind: 'counts' }, { hide: true }]));
    const collected = lastValueFrom(
      answers.pipe(
        tap(() => queueMicrotask(proxy.release)),
        toArray(),
      ),
    );
    const [first, last, ...others] = await collected;
    expect(others).toEqual([]);
    expect([first?.state, last?.state]).toEqual([LoadingState.Loading, LoadingState.Done]);
    // The second query was answered first.
    expect(new Set(refIdsOf(first))).toEqual(new Set(['B']));
    expect(refIdsOf(last)).toEqual(['A', ...(refIdsOf(first) ?? [])]);
    expect(first?.key).toBe(last?.key);
    expect(proxy.asked).toHaveLength(2);
  });

  test('report a failure of one of them, and the others are answered', async () => {
    const { datasource } = joinStory();
    const answer = await lastValueFrom(
      datasource.query(requestOf([{ kind: 'counts', interval: 'soon' }, {}])),
    );
    expect(answer.state).toBe(LoadingState.Error);
    expect(answer.errors).toEqual([{ refId: 'A', message: expect.stringContaining('such as 5min') }]);
    expect(refIdsOf(answer)).toEqual(['B']);
  });
});

describe('saved queries', () => {
  test('of an unknown kind are refused with a sentence', async () => {
    const kind = `graph<img>${'x'.repeat(100)}` as 'table';
    await expect(ask({ kind })).rejects.toThrow(
      /^This version of the plugin cannot show a query as "graph<img>x{29}\.\.\.\. Choose one of the kinds/,
    );
  });

  test('of a newer version are refused, and those without a version are accepted', async () => {
    await expect(ask({ version: 2 })).rejects.toThrow('saved by a newer version of the plugin');
    expect(await ask({ version: 1 })).toHaveLength(1);
    expect(await ask({})).toHaveLength(1);
  });

  test('may have a text instead of a list of one value', async () => {
    const query = { types: 'deploy_*', allTags: 'env=test' } as unknown as Partial<AnthraciteQuery>;
    expect(valuesOf((await ask(query))[0], 'title')).toEqual(['release b']);
  });

  test('that are new have the version of their form', () => {
    const { datasource } = joinStory();
    expect(datasource.getDefaultQuery(CoreApp.Dashboard)).toEqual({ kind: 'table', version: 1 });
  });
});

test.each([
  [{ defaultLimit: 20_000 }, 10_000],
  [{ defaultLimit: 12.4 }, 12],
  [{ defaultLimit: 'many' as unknown as number }, 1_000],
  [{}, 1_000],
])('asks with the settings %j for at most %d events', async (jsonData, expected) => {
  const { datasource, proxy } = joinStory({ jsonData });
  await ask({}, {}, datasource);
  const limits = proxy.asked.map((path) => Number(new URLSearchParams(path.split('?')[1]).get('limit')));
  expect(limits).toEqual([expected]);
});

describe('equal queries', () => {
  const twelve = Array.from({ length: 12 }, (_, i) => ({ refId: `R${i}`, kind: 'report' as const }));

  test('of the panels of a dashboard are one request, whether they come together or one after another', async () => {
    const { datasource, proxy } = joinStory();
    const panels = twelve.map((target) => lastValueFrom(datasource.query(requestOf([target]))));
    for (const { data } of await Promise.all(panels)) expect(data).toHaveLength(1);
    expect((await ask({ kind: 'report' }, {}, datasource))[0]?.length).toBe(1);
    expect(proxy.asked).toHaveLength(1);
  });

  test.each(['business', 'one-service', 'what-happened'])(
    'of the dashboard %s are one request each',
    async (name) => {
      const text = readFileSync(join(__dirname, `../src/dashboards/${name}.json`), 'utf8');
      const targets: AnthraciteQuery[] = [];
      JSON.parse(text, (_, value) => {
        if (Array.isArray(value?.targets)) targets.push(...value.targets);
        return value;
      });
      expect(targets.length).toBeGreaterThan(3);
      const { datasource, proxy } = joinStory();
      await Promise.all(targets.map((target) => lastValueFrom(datasource.query(requestOf([target])))));
      expect(proxy.asked).toEqual([...new Set(proxy.asked)]);
    },
  );

  test('are sent again at a later refresh, and after a failure', async () => {
    const { datasource, proxy } = joinStory();
    await ask({ kind: 'report' }, {}, datasource);
    await until(async () => {
      await ask({ kind: 'report' }, {}, datasource);
      return proxy.asked.length === 2;
    }, 'the report is requested again');
    const wrong = { kind: 'counts', interval: 'soon' } as const;
    await expect(ask(wrong, {}, datasource)).rejects.toThrow();
    await expect(ask(wrong, {}, datasource)).rejects.toThrow();
    expect(proxy.asked).toHaveLength(4);
  });

  test('are cancelled when the last panel leaves, and not before', async () => {
    const { datasource, proxy } = joinStory();
    proxy.hold('report');
    const askOnce = () => datasource.query(requestOf(twelve.slice(0, 1)));
    const leaving = askOnce().subscribe();
    const staying = lastValueFrom(askOnce());
    leaving.unsubscribe();
    proxy.release();
    expect((await staying).data).toHaveLength(1);
    expect(proxy.cancelled).toEqual([]);

    const alone = joinStory();
    alone.proxy.hold('report');
    const one = alone.datasource.query(requestOf(twelve.slice(0, 1))).subscribe();
    one.unsubscribe();
    expect(alone.proxy.cancelled).toHaveLength(1);
  });
});

test('reports the end of a session in Grafana as that, and not as a rejected token', async () => {
  const { datasource, proxy } = joinStory();
  proxy.endSession();
  await expect(ask({}, {}, datasource)).rejects.toThrow('your session has ended');
});
