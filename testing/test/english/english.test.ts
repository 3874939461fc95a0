// The project speaks plain English: no text that a person reads has a pattern of `rules.ts`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles, root } from '../project-files';
import { areas, exceptions } from './areas';
import { rules } from './rules';
import { type Piece, proseOf, rubyTextsOf, textsOf } from './text-of';

function piecesOf(path: string, what: 'prose' | 'strings' | 'comments'): Piece[] {
  const text = readFileSync(join(root, path), 'utf8');
  if (what === 'prose') return proseOf(text);
  const wanted = { comments: what === 'comments', strings: what === 'strings' };
  return path.endsWith('.rb') ? rubyTextsOf(text, wanted) : textsOf(text, wanted);
}

/** The faults of a piece: what stands there, and what to write. */
function faultsOf(path: string, { line, text }: Piece): string[] {
  return rules.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)]
      .filter(
        ([found]) =>
          !exceptions.some((one) => one.path === path && text.includes(one.text) && one.text.includes(found)),
      )
      .map(
        ({ 0: found, index }) =>
          `${path}:${line}: "${text.slice(Math.max(0, index - 30), index + found.length + 20)}" -> ${instead}`,
      ),
  );
}

test.each(areas.map((area) => [area.name, area] as const))(
  '%s are in plain English',
  (_, { paths, what }) => {
    const chosen = projectFiles.filter((path) => paths.test(path));
    expect(chosen.length).toBeGreaterThan(0);
    const faults = chosen.flatMap((path) => piecesOf(path, what).flatMap((piece) => faultsOf(path, piece)));
    expect(faults).toEqual([]);
  },
);

test('there are at most ten exceptions, each of which is needed', () => {
  expect(exceptions.length).toBeLessThanOrEqual(10);
  for (const { path, text } of exceptions) expect(readFileSync(join(root, path), 'utf8')).toContain(text);
});

test('sentences of the README before it was rewritten are refused', () => {
  const old = [
    'Nobody in who does not belong.',
    'The type is a word, and comes to be by its first use.',
    'its database is a temporary one, and an incident whose cause is to be found',
    'The description is the rest of the line, to the letter. Its first line is the title, what follows the body.',
    'whoever reaches the ports can read and write',
    'Past a limit a sender is slowed down, or told: it is told why.',
  ];
  for (const text of old) expect(faultsOf('README.md', { line: 1, text })).not.toEqual([]);
});
