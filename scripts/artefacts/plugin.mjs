// Packs the built plugin of Grafana.

import { basename, join } from 'node:path';
import { runQuietly } from './npm-package.mjs';

/** Packs the plugin into `out`. Returns the name of the zip file. */
export function makePlugin(root, out) {
  const script = join(root, 'grafana-datasource/scripts/package.mjs');
  return [basename(runQuietly(process.execPath, [script, out], root).trim())];
}
