// Which tags count for a suspicion, and their score by docs/suspects.md.

import type { Change } from '../../src/suspects/change';
import { TagComparison } from '../../src/suspects/shared-tags';
import { changeAt, spanAt } from './pieces';

const compare = (
  spanTags: readonly string[],
  changeTags: readonly string[],
  others: readonly Change[] = [],
) =>
  new TagComparison(spanAt(10, 'incident_sev2', ...spanTags), others).compare(
    changeAt(1, 0, 'puppet', ...changeTags),
  );

/** The score of a shared tag that `naming` of `all` changes name. */
const scoreOf = (naming: number, all: number): number => {
  const share = (naming + 1) / (all + 2);
  return Math.log((share + (1 - share) / 2) / share);
};

test('ignores a tag that does not name a place', () => {
  const keys = [
    'incident',
    'outage',
    'span',
    'impact',
    'origin',
    'version',
    'commit',
    'commit_time',
    'exit',
    'status',
    'change',
    'reason',
    'failure',
    'repeat',
    'clock',
    'tool',
  ];
  for (const key of keys) {
    const nothing = { score: 0, shared: [], different: [] };
    expect([key, compare([`${key}=1`], [`${key}=1`])]).toEqual([key, nothing]);
    expect([key, compare([`${key}=1`], [`${key}=2`])]).toEqual([key, nothing]);
  }
  expect(compare(['versions=1'], ['versions=1']).shared).toEqual(['versions=1']);
});

test.each<[string, string[], string[], string[], string[]]>([
  ['the same host', ['host=a'], ['host=a'], ['host=a'], []],
  ['another host', ['host=a'], ['host=b'], [], ['host=b']],
  ['a key that the span does not have', ['env=prod'], ['host=b'], [], []],
  ['the same host and another', ['host=a'], ['host=a', 'host=b'], ['host=a'], []],
  ['one host of several', ['host=a', 'host=b'], ['host=b'], ['host=b'], []],
  ['a word', ['flag'], ['flag'], ['flag'], []],
  ['another word', ['flag'], ['other'], [], []],
  ['a word, and a key of that name', ['host'], ['host=a'], [], ['host=a']],
  ['a key without a value', ['host=a'], ['host='], [], ['host=']],
  ['an empty key', ['=a'], ['=b'], [], ['=b']],
])('compares %s', (_, spanTags, changeTags, shared, different) => {
  expect(compare(spanTags, changeTags)).toMatchObject({ shared, different });
});

test('scores a shared tag by the number of changes that name it, each change once', () => {
  const others = [
    changeAt(2, 0, 'puppet', 'host=a', 'host=a', 'env=prod'),
    changeAt(3, 0, 'puppet', 'host=b', 'env=prod'),
    changeAt(4, 0, 'puppet', 'env=prod'),
    changeAt(5, 0, 'puppet'),
  ];
  expect(compare(['host=a'], ['host=a'], others).score).toBeCloseTo(scoreOf(1, 4), 12);
  expect(compare(['env=prod'], ['env=prod'], others).score).toBeCloseTo(scoreOf(3, 4), 12);
  expect(compare(['host=a', 'env=prod'], ['host=a', 'env=prod'], others).score).toBeCloseTo(
    scoreOf(1, 4) + scoreOf(3, 4),
    12,
  );
  expect(compare(['host=z'], ['host=z']).score).toBeCloseTo(scoreOf(0, 0), 12);
});

test('subtracts log 2 for each key with another value, however many tags it has', () => {
  expect(compare(['host=a'], ['host=b', 'host=c']).score).toBeCloseTo(-Math.log(2), 12);
  expect(compare(['host=a', 'env=prod'], ['host=b', 'env=qa']).score).toBeCloseTo(-2 * Math.log(2), 12);
});

test('limits the total score to the range from -4 to 4', () => {
  const keys = Array.from({ length: 10 }, (_, i) => `key${i}`);
  const [here, there] = [keys.map((key) => `${key}=a`), keys.map((key) => `${key}=b`)];
  const others = Array.from({ length: 50 }, (_, i) => changeAt(i, 0, 'puppet'));
  expect(compare(here, there, others).score).toBe(-4);
  expect(compare(here, here, others).score).toBe(4);
});

test('lists at most 20 tags and counts all', () => {
  const tags = (value: string, count: number) => Array.from({ length: count }, (_, i) => `key${i}=${value}`);
  const { shared, different } = compare([...tags('a', 25), 'host=x'], tags('a', 25));
  expect([shared, different]).toEqual([tags('a', 20), []]);
  expect(compare(tags('a', 25), tags('b', 25)).different).toEqual(tags('b', 20));
});

test.each([
  ['incident_sev2_shop', ['project=shop']],
  ['incident_shop', ['project=shop']],
  ['incident_sev1_shop_eu', ['project=shop_eu']],
  ['outage_shop', ['project=shop']],
  ['gain_sev3_shop', ['project=shop']],
  ['backup_shop', []],
  ['my_incident_shop', []],
  ['incident_sev2', []],
  ['incident', []],
])('finds for the project of a span %s the shared tags %j', (stem, expected) => {
  const project = stem.includes('shop_eu') ? 'shop_eu' : 'shop';
  const comparison = new TagComparison(spanAt(10, stem), []);
  expect(comparison.compare(changeAt(1, 0, `deploy_${project}`)).shared).toEqual(expected);
});

test.each([
  ['incident_sev9_shop', 'sev9_shop'],
  ['incident_sev12', 'sev12'],
])('finds for a span %s the project %s', (stem, project) => {
  const comparison = new TagComparison(spanAt(10, stem), []);
  expect(comparison.compare(changeAt(1, 0, `deploy_${project}`)).shared).toEqual([`project=${project}`]);
});

test('does not read the severity as a project', () => {
  const comparison = new TagComparison(spanAt(10, 'incident_sev2'), []);
  expect(comparison.compare(changeAt(1, 0, 'deploy_sev2')).shared).toEqual([]);
});

test('counts the project of a deployment once, besides its tags', () => {
  const span = spanAt(10, 'incident', 'project=shop');
  const deploy = changeAt(1, 0, 'deploy_shop', 'project=shop');
  expect(new TagComparison(span, []).compare(deploy).shared).toEqual(['project=shop']);
  const other = changeAt(2, 0, 'deploy_blog');
  expect(new TagComparison(span, []).compare(other)).toMatchObject({
    shared: [],
    different: ['project=blog'],
  });
  expect(new TagComparison(span, []).compare(changeAt(3, 0, 'undeploy_shop'))).toMatchObject({
    shared: [],
    different: [],
  });
  const changes = [deploy, changeAt(4, 0, 'deploy_shop'), other, changeAt(5, 0, 'puppet')];
  expect(new TagComparison(span, changes).compare(deploy).score).toBeCloseTo(scoreOf(2, 4), 12);
});
