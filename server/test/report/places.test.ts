// Places: the lookup by keys agrees with a comparison of each pair.

import { agreeingKeys, indexKeys, isPlaceTag, liesIn, nameOfPlace, placeFrom } from '../../src/report/places';

const envs = [[], ['env=a'], ['env=b'], ['env=a', 'env=b']];
const services = [[], ['service=a'], ['service=b'], ['service=a', 'service=b']];
const places = envs.flatMap((env) => services.map((service) => placeFrom([...env, 'host=x', ...service])));

const agree = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === 0 || other.length === 0 || one.some((tag) => other.includes(tag));
const covers = (one: readonly string[], other: readonly string[]): boolean =>
  other.length === 0 || one.some((tag) => other.includes(tag));

test('finds by its keys exactly the places that agree', () => {
  for (const one of places) {
    for (const other of places) {
      const isFound = agreeingKeys(one).some((key) => indexKeys(other).includes(key));
      expect(isFound).toBe(agree(one.envs, other.envs) && agree(one.services, other.services));
    }
  }
});

test('contains a place in another that names nothing else', () => {
  for (const one of places) {
    for (const other of places)
      expect(liesIn(one, other)).toBe(covers(one.envs, other.envs) && covers(one.services, other.services));
  }
});

test('names a place the same for any order of its tags', () => {
  const names = places.map(nameOfPlace);
  expect(new Set(names).size).toBe(places.length);
  expect(nameOfPlace(placeFrom([]))).toBe('');
  expect(nameOfPlace(placeFrom(['service=a', 'env=b', 'env=a']))).toBe(
    nameOfPlace(placeFrom(['env=a', 'env=b', 'service=a'])),
  );
  expect(nameOfPlace(placeFrom(['env=a', 'service=a']))).not.toBe(nameOfPlace(placeFrom(['env=aservice=a'])));
});

test.each([
  ['env=prod', true],
  ['service=a', true],
  ['env', false],
  ['my_env=prod', false],
  ['services=a', false],
  ['host=env=', false],
])('decides whether %s is part of a place: %s', (tag, expected) => {
  expect(isPlaceTag(tag)).toBe(expected);
  const { envs: own, services: its } = placeFrom([tag]);
  expect([...own, ...its]).toEqual(expected ? [tag] : []);
});
