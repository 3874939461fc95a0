// Packs the built plugin into the zip that Grafana takes, and prints its path: npm run package -- [folder]
//
// Signed or not: whoever signs a plugin signs its dist folder first (see README.md).

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const folder = process.argv[2] ?? dirname(dist);
const { id, info } = JSON.parse(readFileSync(join(dist, 'plugin.json'), 'utf8'));

// The same bytes whoever packs it, and whenever: the first day that a zip can name.
const mtime = '1980-01-01T00:00:00';
const files = readdirSync(dist, { recursive: true })
  .map((name) => join(dist, name))
  .filter((file) => statSync(file).isFile())
  .sort()
  .map((file) => [`${id}/${relative(dist, file)}`, [readFileSync(file), { mtime, level: 9 }]]);

mkdirSync(folder, { recursive: true });
const zip = join(folder, `${id}-${info.version}.zip`);
writeFileSync(zip, zipSync(Object.fromEntries(files)));
process.stdout.write(`${zip}\n`);
