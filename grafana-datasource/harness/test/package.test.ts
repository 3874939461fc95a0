// The package of the plugin meets the rules of Grafana's catalog; and each rule finds its fault.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { askedModules, type PackageFiles, problemsOfPackage, type Sources } from '../package-rules';

const plugin = join(__dirname, '..', '..');
const id = 'anthracite-events-datasource';
const read = (path: string): string => readFileSync(join(plugin, path), 'utf8');
const sources: Sources = {
  version: JSON.parse(read('package.json')).version,
  files: Object.fromEntries(
    (readdirSync(join(plugin, 'src'), { recursive: true }) as string[])
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => [path, read(join('src', path))]),
  ),
};

let folder = '';
let zip = '';
let files: PackageFiles = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anthracite-package-'));
  zip = pack('first');
  files = unzipSync(readFileSync(zip));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pack(name: string): string {
  const printed = execFileSync(process.execPath, ['scripts/package.mjs', join(folder, name)], {
    cwd: plugin,
  });
  return printed.toString().trim();
}

test('has the name that Grafana requires, meets all rules, and is the same whenever it is packed', () => {
  expect(basename(zip)).toBe(`${id}-${sources.version}.zip`);
  expect(problemsOfPackage(files, sources)).toEqual([]);
  expect(readFileSync(pack('second')).equals(readFileSync(zip))).toBe(true);
});

test('keeps the files of the catalog in the build', () => {
  expect(read('.config/webpack/webpack.config.ts')).toContain('@grafana/create-plugin');
  expect(read('package.json')).not.toContain('grafana-toolkit');
});

test('has a small module that imports only modules of every Grafana page', () => {
  const module = read('dist/module.js');
  expect(askedModules(module)).toEqual(
    expect.arrayContaining(['@grafana/data', '@grafana/runtime', 'react', 'rxjs']),
  );
  expect(Buffer.byteLength(module)).toBeLessThan(100_000);
});

/** The package with one file changed; null removes it. */
function changed(path: string, change: (text: string) => string | null): PackageFiles {
  const name = `${id}/${path}`;
  const others = Object.entries(files).filter(([one]) => one !== name);
  const text = change(new TextDecoder().decode(files[name]));
  return Object.fromEntries([
    ...others,
    ...(text === null ? [] : [[name, new TextEncoder().encode(text)] as const]),
  ]);
}

/** The package with a field of plugin.json changed. */
function withField(path: string, value: unknown): PackageFiles {
  return changed('plugin.json', (text) => {
    const json = JSON.parse(text);
    const names = path.split('.');
    const last = names.pop() ?? '';
    names.reduce((inner, name) => inner[name], json)[last] = value;
    return JSON.stringify(json);
  });
}

test.each<[string, () => PackageFiles, RegExp]>([
  ['a second folder', () => ({ ...files, 'dist/x': new Uint8Array() }), /folders/],
  ['another folder', () => renamed('dist'), /folder is dist/],
  ['no module', () => changed('module.js', () => null), /module\.js is missing/],
  ['no changelog', () => changed('CHANGELOG.md', () => null), /CHANGELOG\.md is missing/],
  ['an empty README', () => changed('README.md', () => ''), /README\.md is missing or empty/],
  [
    'a README for developers',
    () => changed('README.md', (text) => `${text}\nnpm install`),
    /speaks to developers/,
  ],
  ['a link to nowhere', () => changed('README.md', (text) => `${text}\n[x](docs/x.md)`), /docs\/x\.md/],
  [
    'a picture with a path in Grafana',
    () => changed('README.md', (text) => `${text}\n![x](public/plugins/${id}/img/graph.png)`),
    /links to public\/plugins/,
  ],
  [
    'a picture without encryption',
    () => changed('README.md', (text) => `${text}\n![](http://example.com/x.png)`),
    /links to http:/,
  ],
  ['HTML in the README', () => changed('README.md', (text) => `${text}\n<b>x</b>`), /has HTML/],
  [
    'the README of the template',
    () => changed('README.md', (text) => `# Grafana Data Source Plugin Template\n${text}`),
    /that of the template/,
  ],
  [
    'a version without a date in the changelog',
    () => changed('CHANGELOG.md', (text) => text.replace(/ \(.*\)$/m, '')),
    /without a version and a date/,
  ],
  [
    'a changelog of another version',
    () => changed('CHANGELOG.md', (text) => text.replace(/^## .*$/m, '## 9.9.9 (2026-01-01)')),
    /does not start with/,
  ],
  [
    'a screenshot that is not a picture',
    () => changed('img/graph.png', () => 'a text'),
    /graph\.png is not a PNG/,
  ],
  [
    'a second plugin',
    () => ({ ...files, [`${id}/inner/plugin.json`]: new Uint8Array([0x7b, 0x7d]) }),
    /inner\/plugin\.json is a second/,
  ],
  ['a comment in the README', () => changed('README.md', (text) => `${text}\n<!-- x -->`), /HTML comment/],
  ['another licence', () => changed('LICENSE', () => 'mine'), /LICENSE/],
  ['a licence with gaps', () => changed('LICENSE', (text) => `${text}{yyyy}`), /not filled in/],
  [
    'a script in the logo',
    () => changed('img/logo.svg', (text) => text.replace('</svg>', '<script/></svg>')),
    /script/,
  ],
  [
    'a handler in the logo',
    () => changed('img/logo.svg', (text) => text.replace('<svg', '<svg onload="x"')),
    /script/,
  ],
  [
    'an unknown module',
    () => changed('module.js', (text) => text.replace('"rxjs"', '"left-pad"')),
    /left-pad/,
  ],
  [
    'a bundled runtime of React',
    () => changed('module.js', (text) => `${text}"react/jsx-runtime"`),
    /part of React/,
  ],
  [
    'a map of other sources',
    () => changed('module.js.map', (text) => text.replaceAll('annotation', 'x')),
    /another/,
  ],
  ['another version', () => withField('info.version', '9.9.9'), /9\.9\.9/],
  ['an unfilled version', () => withField('info.version', '%VERSION%'), /info\.version/],
  ['an id without a type', () => withField('id', 'anthracite-events'), /plugin\.json\.id/],
  ['no logo', () => withField('info.logos', { small: 'img/logo.svg' }), /logos\.large is missing/],
  [
    'a logo that is not there',
    () => withField('info.logos.small', 'img/none.svg'),
    /none\.svg, which is missing/,
  ],
  ['a path from a dot', () => withField('info.logos.small', './img/logo.svg'), /logos\.small/],
  ['an author without an address', () => withField('info.author', { name: 'x' }), /author\.url is missing/],
  ['no links', () => withField('info.links', []), /info\.links has fewer than 1/],
  ['Angular', () => changed('module.js', (text) => `${text}"QueryCtrl"`), /Angular/],
  ['a tracker', () => changed('module.js', (text) => `${text}"https://mixpanel.com"`), /tracks people/],
  ['no keywords', () => withField('info.keywords', []), /keywords/],
  ['an unknown field', () => withField('bakend', false), /bakend is not known/],
  ['no version of Grafana', () => withField('dependencies', {}), /grafanaDependency is missing/],
  [
    'a wrong version of Grafana',
    () => withField('dependencies.grafanaDependency', 'latest'),
    /grafanaDependency/,
  ],
  ['several methods in a route', () => withField('routes', [{ path: 'x', method: 'GET,POST' }]), /method/],
  [
    'an empty route without a lock',
    () => withField('routes', [{ path: '' }]),
    /routes\[0\] has an empty path/,
  ],
  ['a route from a slash', () => withField('routes', [{ path: '/events' }]), /routes\[0\]\.path/],
  [
    'a route after one that matches first',
    () => withField('routes', [{ path: 'events' }, { path: 'events/json', method: 'GET' }]),
    /routes\[1\] is never used/,
  ],
  [
    'a dashboard that is not there',
    () => withField('includes', [{ type: 'dashboard', name: 'x', path: 'x.json' }]),
    /x\.json/,
  ],
])('finds %s', (_, make, expected) => {
  expect(problemsOfPackage(make(), sources).join('\n')).toMatch(expected);
});

function renamed(to: string): PackageFiles {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path.replace(id, to), bytes]));
}
