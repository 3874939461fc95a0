// The map of the code and the index of the docs are complete, and no link of a page is broken.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles, root } from './project-files';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A folder and all its subfolders with files, as paths from the root. */
function foldersOf(path: string): string[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  const inner = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersOf(`${path}/${name}`));
  return entries.some((entry) => entry.isFile()) ? [path, ...inner] : inner;
}

/** The packages: folders of the root with a manifest. */
const packages = readdirSync(root).filter((name) => existsSync(join(root, name, 'package.json')));

test('names every source folder in AGENTS.md, and no folder that does not exist', () => {
  const sources = packages.map((name) => `${name}/src`).filter((path) => existsSync(join(root, path)));
  const named = [...read('AGENTS.md').matchAll(/^\| `([\w-]+\/src[\w/-]*)` +\| \S/gm)].map(
    ([, path]) => path,
  );
  expect(packages.length).toBeGreaterThan(7);
  expect(named.toSorted()).toEqual(sources.flatMap(foldersOf).toSorted());
});

test.each(['AGENTS.md', 'CONTRIBUTING.md'])('names only existing paths in %s', (file) => {
  const text = read(file);
  const paths = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(10);
  const roots = new Set(readdirSync(root));
  const missing = paths.filter(
    (path) => roots.has(path.split('/')[0] ?? '') && !/\/dist\//.test(path) && !existsSync(join(root, path)),
  );
  expect(missing).toEqual([]);
});

test('lists every page of docs once in docs/README.md', () => {
  const pages = readdirSync(join(root, 'docs')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  const listed = [...read('docs/README.md').matchAll(/^- \[[^\]]+\]\(([\w-]+\.md)\): \S/gm)].map(
    ([, name]) => name,
  );
  expect(listed.toSorted()).toEqual(pages.toSorted());
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(projectFiles.filter((path) => path.endsWith('.md')))(
  'leads every link of %s to a file and to a heading in it',
  (file) => {
    const prose = read(file).replace(/^```[\s\S]*?^```/gm, '');
    const links = [...prose.matchAll(/\]\((?!https?:|public\/)([^)#\s]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = '', anchor]) => {
      const target = path === '' ? file : join(file, '..', path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  },
);

test.each(
  [...read('CONTRIBUTING.md').matchAll(/`npm run (?:--silent )?([\w-]+)/g)].map(([, name = '']) => name),
)('names in CONTRIBUTING.md `npm run %s`, which exists', (name) => {
  const scripts = packages.concat('.').flatMap((folder) => {
    const { scripts = {} } = JSON.parse(read(`${folder}/package.json`)) as {
      scripts?: Record<string, string>;
    };
    return Object.keys(scripts);
  });
  expect(scripts).toContain(name);
});
