// Variables and ad hoc filters in the queries of panels.

import type { AnthraciteQuery } from '../src/query/query';
import { rangeOf } from './datasource';
import { ask, at, joinStory, setUpStory, valuesOf } from './panel';

setUpStory();

describe('variables and filters', () => {
  const variables = { types: ['deploy_shop', 'deploy_blog'], host: ['web1', 'web2'], env: 'prod' };
  const asked = async (target: Partial<AnthraciteQuery>, more = {}): Promise<URLSearchParams> => {
    const { datasource, proxy } = joinStory({ variables });
    await ask(target, more, datasource);
    return new URLSearchParams(proxy.asked[0]?.split('?')[1]);
  };

  test('expand several values to a list', async () => {
    const parameters = await asked({
      types: ['$types'],
      anyTags: ['host=$host'],
      allTags: ['env=${env}'],
      text: 'release $env',
    });
    expect(parameters.getAll('type')).toEqual(['deploy_shop', 'deploy_blog']);
    expect(parameters.getAll('any')).toEqual(['host=web1', 'host=web2']);
    expect(parameters.getAll('all')).toEqual(['env=prod']);
    expect(parameters.get('q')).toBe('release prod');
  });

  test('match any of the values of a variable in All of the tags', async () => {
    const { datasource, proxy } = joinStory({ variables: { ...variables, env: ['prod', 'dev'] } });
    const [frame] = await ask(
      { types: ['deploy_*'], allTags: ['host=$host', 'env=$env'] },
      { range: rangeOf(at(0), at(6)) },
      datasource,
    );
    expect(valuesOf(frame, 'title')).toEqual(['release a', 'release a']);
    const parameters = new URLSearchParams(proxy.asked[0]?.split('?')[1]);
    expect(parameters.getAll('some')).toEqual(['host=web1 host=web2', 'env=prod env=dev']);
    expect(parameters.getAll('all')).toEqual([]);
  });

  test('find all events of thousands of hosts in All of the tags', async () => {
    const hosts = Array.from({ length: 9_000 }, (_, i) => `web${i + 1}`);
    const { datasource } = joinStory({ variables: { host: hosts } });
    const [frame] = await ask({ allTags: ['host=$host', 'env=prod'] }, {}, datasource);
    expect(frame).toHaveLength(2);
  });

  test('ask for All by the pattern of the variable', async () => {
    const described = [
      {
        name: 'type',
        type: 'query',
        current: { value: ['$__all'] },
        allValue: null,
        query: { refId: 'Var', kind: 'types', pattern: 'deploy_${what}' },
      },
    ];
    const types = Array.from({ length: 20_000 }, (_, i) => `deploy_${i}`);
    const joined = joinStory({ variables: { type: types, what: 'b*' }, described });
    const [frame] = await ask({ types: ['$type'] }, {}, joined.datasource);
    expect(valuesOf(frame, 'title')).toEqual(['release b']);
    expect(new URLSearchParams(joined.proxy.asked[0]?.split('?')[1]).getAll('type')).toEqual(['deploy_b*']);
  });

  test('narrow a query with ad hoc filters', async () => {
    const parameters = await asked(
      { types: ['deploy_*', '!deploy_test'] },
      {
        filters: [
          { key: 'type', operator: '=', value: 'deploy_shop' },
          { key: 'env', operator: '=', value: 'prod' },
          { key: 'host', operator: '!=', value: 'web2' },
          { key: 'host', operator: '=~', value: 'web.*' },
        ],
      },
    );
    expect(parameters.getAll('type')).toEqual(['deploy_shop', '!deploy_test']);
    expect(parameters.getAll('all')).toEqual(['env=prod', 'host=web*']);
    expect(parameters.getAll('none')).toEqual(['host=web2']);
  });

  test('filter by several values of two keys, by regular expressions, and by tags without a value', async () => {
    const filters = [
      { key: 'host', operator: '=|', value: 'web1', values: ['web1', 'web2'] },
      { key: 'env', operator: '=|', value: 'prod', values: ['prod', 'a b'] },
      { key: 'env', operator: '=~', value: '^(prod|te.*|a\\.b)$' },
      { key: 'tag', operator: '=', value: 'canary' },
      { key: 'tag', operator: '!=|', value: 'x', values: ['x', 'y'] },
      { key: 'type', operator: '=|', value: 'deploy_a', values: ['deploy_a', 'deploy_b'] },
    ];
    const parameters = await asked({ anyTags: ['origin=*'] }, { filters });
    expect(parameters.getAll('some')).toEqual([
      'host=web1 host=web2',
      'env=prod env=a\u00a0b',
      'env=prod env=te* env=a.b',
    ]);
    expect(parameters.getAll('any')).toEqual(['origin=*']);
    expect(parameters.getAll('all')).toEqual(['canary']);
    expect(parameters.getAll('none')).toEqual(['x', 'y']);
    expect(parameters.getAll('type')).toEqual(['deploy_a', 'deploy_b']);
  });

  test.each(['web[12]', 'a{2}', 'web\\d', '(a)(b)', 'a?'])(
    'refuse the regular expression %s, which is not a pattern',
    async (value) => {
      const filters = [{ key: 'host', operator: '=~', value }];
      await expect(ask({}, { filters })).rejects.toThrow('is not supported. Use a pattern');
    },
  );

  test('find nothing with a filter that excludes every event of a query', async () => {
    const filters = [{ key: 'type', operator: '=', value: 'incident' }];
    const [frame] = await ask({ types: ['deploy_*'] }, { filters });
    expect(frame?.length).toBe(0);
  });

  test('refuse a filter without a meaning here with a message', async () => {
    const filters = [{ key: 'env', operator: '<', value: '3' }];
    await expect(ask({}, { filters })).rejects.toThrow('The filter env < 3 is not supported');
  });

  test('replace variables in the queries of a panel for Explore', () => {
    const { datasource } = joinStory({ variables });
    const filters = [{ key: 'env', operator: '=', value: 'prod' }];
    const [query] = datasource.interpolateVariablesInQueries(
      [{ refId: 'A', types: ['$types'] }],
      {},
      filters,
    );
    expect(query).toMatchObject({
      types: ['deploy_shop', 'deploy_blog'],
      allTags: ['env=prod'],
      datasource: { uid: 'anthracite' },
    });
  });

  test('list the keys and values of filters from the server', async () => {
    const { datasource } = joinStory();
    expect((await datasource.getTagKeys()).map(({ text }) => text)).toEqual([
      'type',
      'tag',
      'env',
      'host',
      'incident',
      'origin',
    ]);
    expect(await datasource.getTagValues({ key: 'env', filters: [] })).toMatchObject([
      { text: 'prod' },
      { text: 'test' },
    ]);
    expect(await datasource.getTagValues({ key: 'type', filters: [] })).toContainEqual({
      text: 'deploy_shop',
      value: 'deploy_shop',
    });
  });
});
