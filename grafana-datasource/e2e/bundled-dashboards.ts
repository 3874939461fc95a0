// The dashboards in the plugin, as files.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A dashboard, as far as the tests read it. */
export interface BundledDashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly gridPos: { readonly h: number } }[];
  readonly annotations: { readonly list: readonly object[] };
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const folder = join(__dirname, '..', 'src', 'dashboards');

/** All of them. */
export const bundledDashboards: readonly BundledDashboard[] = readdirSync(folder).map((file) =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')),
);
