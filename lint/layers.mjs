// Checks imports against the layers of layers.json. Usage: node lint/layers.mjs [root]; one line per violation and exit code 1.
//
// A file belongs to the layer with the longest matching path. It may import its own layer, the layers that its layer lists,
// and libraries that are not reserved for other layers. A pure layer must not import Node modules.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { layers, libraries, packages } = JSON.parse(readFileSync(join(here, 'layers.json'), 'utf8'));
const byName = new Map(layers.map((layer) => [layer.name, layer]));
const paths = layers
  .flatMap((layer) => [layer.files].flat().map((path) => ({ path, layer })))
  .sort((a, b) => b.path.length - a.path.length);
const packageNames = Object.keys(packages).sort((a, b) => b.length - a.length);
const sourceFile = /\.[cm]?[jt]sx?$/;

// Statements as formatted: at the start of a line, with single quotes and a semicolon.
const imports =
  /^(?:import|export)\b[^;'"]*?\bfrom ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|\b(?:import|require)\(['"]([^'"]+)['"]\)/gms;

checkTable();
const root = resolve(process.argv[2] ?? join(here, '..'));
const files = layers.flatMap((layer) => [layer.files].flat()).flatMap((path) => sourcesAt(join(root, path)));
const problems = [...new Set(files)].flatMap(problemsOf);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function problemsOf(file) {
  const path = relative(root, file);
  const layer = layerOf(path);
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(imports)].flatMap((match) => {
    const source = match[1] ?? match[2] ?? match[3];
    const why = refusal(layer, file, source);
    if (why === null) return [];
    const line = text.slice(0, match.index + match[0].length).split('\n').length;
    return [`${path}:${line}: ${layer.name} must not import '${source}'. ${why}`];
  });
}

/** Why a file of a layer must not import a source; null if it may. */
function refusal(layer, file, source) {
  if (source.startsWith('node:')) return layer.pure ? layer.why : null;
  const target = source.startsWith('.')
    ? layerOf(relative(root, join(dirname(file), source)))
    : ownLayer(source);
  if (target !== null) {
    return target === layer || layer.imports.includes(target.name) ? null : layer.why;
  }
  const library = libraries.find((one) => source === one.library || source.startsWith(`${one.library}/`));
  if (library === undefined || library.only.includes(layer.name)) return null;
  return `Only ${library.only.join(', ')} may.`;
}

/** The layer of one of our packages, or null for a library. */
function ownLayer(source) {
  const name = packageNames.find((one) => source === one || source.startsWith(`${one}/`));
  return name === undefined ? null : byName.get(packages[name]);
}

/** The layer of a path, or null outside all layers. */
function layerOf(path) {
  const found = paths.find(
    (one) => path === one.path || path.startsWith(`${one.path}/`) || path.startsWith(`${one.path}.`),
  );
  return found?.layer ?? null;
}

/** The source files at a path: a folder, or a file without its extension. */
function sourcesAt(path) {
  if (existsSync(path) && statSync(path).isDirectory()) {
    return readdirSync(path, { recursive: true })
      .map((name) => join(path, name))
      .filter((file) => sourceFile.test(file) && statSync(file).isFile());
  }
  return ['.ts', '.tsx'].map((extension) => path + extension).filter((file) => existsSync(file));
}

// A misspelt name would have no effect, without an error.
function checkTable() {
  const named = [
    ...layers.flatMap((layer) => layer.imports),
    ...libraries.flatMap((one) => one.only),
    ...Object.values(packages),
  ];
  const unknown = named.find((name) => !byName.has(name));
  if (unknown !== undefined) throw new Error(`layers.json: no layer is called ${unknown}`);
}
