// Senders take turns: a sender of few events is in the next group, whatever waits before it.

import { type Group, GroupQueue, type Queued } from '../../src/events/group-queue';

interface Named extends Queued {
  readonly name: string;
}

const flooder = { is: 'flooder' };
const other = { is: 'other' };
const script = { is: 'script' };

function queueOf(...added: readonly (readonly [sender: object, name: string, size: number])[]) {
  const queue = new GroupQueue<Named>();
  for (const [sender, name, size] of added) queue.add({ sender, name, size, weight: size * 100 });
  return queue;
}

const namesOf = (group: Group<Named> | null): string[] | null =>
  group?.submissions.map(({ name }) => name) ?? null;

test('takes senders in turn, and the submissions of each in order', () => {
  const backlog = Array.from({ length: 20 }, (_, i) => [flooder, `f${i}`, 400] as const);
  const queue = queueOf(...backlog, [script, 's0', 1], [other, 'o0', 400], [script, 's1', 1]);
  expect(namesOf(queue.take(1_000))).toEqual(['f0', 's0', 'o0']);
  expect(namesOf(queue.take(1_000))).toEqual(['f1', 's1', 'f2']);
  expect(queue.size).toBe(17 * 400);
});

test('starts the next group with the sender whose turn it is', () => {
  const queue = queueOf([flooder, 'f0', 400], [flooder, 'f1', 400], [other, 'o0', 700], [script, 's0', 1]);
  expect(namesOf(queue.take(1_000))).toEqual(['f0']);
  expect(namesOf(queue.take(1_000))).toEqual(['o0', 's0']);
});

test('takes one submission that is larger than a group', () => {
  const queue = queueOf([flooder, 'huge', 50_000], [script, 's0', 1]);
  expect(namesOf(queue.take(1_000))).toEqual(['huge']);
  expect(namesOf(queue.take(1_000))).toEqual(['s0']);
  expect(queue.take(1_000)).toBeNull();
  expect(queue).toMatchObject({ isEmpty: true, size: 0, weight: 0 });
});

test('lets few events overtake, but not those of a sender with others under way', () => {
  const queue = queueOf([flooder, 'f0', 400], [flooder, 'f1', 10]);
  expect(queue.takeOvertaking()).toBeNull();
  const first = queue.take(400) as Group<Named>;
  expect(namesOf(first)).toEqual(['f0']);
  expect(queue.takeOvertaking()).toBeNull();
  queue.add({ sender: script, name: 's0', size: 1, weight: 100 });
  queue.add({ sender: script, name: 's1', size: 1, weight: 100 });
  const overtaking = queue.takeOvertaking() as Group<Named>;
  expect(overtaking).toMatchObject({ submissions: [{ name: 's0' }], mayOvertake: true });
  // The next one of the script must not go into a group that the first one overtakes.
  expect(namesOf(queue.take(400))).toEqual(['f1']);
  expect(queue.take(400)).toBeNull();
  queue.settle(overtaking);
  expect(namesOf(queue.take(400))).toEqual(['s1']);
});

test('lets a sender overtake again when its large submissions are committed', () => {
  const queue = queueOf([flooder, 'f0', 400]);
  const group = queue.take(400) as Group<Named>;
  queue.settle(group);
  queue.add({ sender: flooder, name: 'f1', size: 1, weight: 100 });
  expect(namesOf(queue.takeOvertaking())).toEqual(['f1']);
});
