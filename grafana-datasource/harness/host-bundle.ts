// Bundles the host with the installed packages of Grafana, which the plugin then finds in the page.

import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

// The .mjs builds of 11.x and 12.x import the defaults of CommonJS packages in a way that bundlers read differently.
const commonJsBuilds: Plugin = {
  name: 'commonjs-builds',
  setup: ({ onResolve, resolve }) => {
    onResolve(
      { filter: /^@grafana\/(?:data|ui|runtime|schema|i18n|e2e-selectors)$/ },
      ({ path, pluginData, resolveDir }) =>
        pluginData === 'resolved here'
          ? undefined
          : resolve(path, { kind: 'require-call', resolveDir, pluginData: 'resolved here' }),
    );
  },
};

/** Bundles the host into a file: some 10 MB, in five seconds. Rejects with the message of esbuild. */
export async function bundleHost(file: string): Promise<void> {
  await build({
    entryPoints: [join(__dirname, 'host', 'host.tsx')],
    outfile: file,
    bundle: true,
    minify: true, // a browser reads it again for each page
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'transform',
    // Packages that look for an AMD loader would register themselves with SystemJS instead of being bundled.
    define: { define: 'undefined', 'process.env.NODE_ENV': '"production"' },
    loader: { '.css': 'empty', '.svg': 'dataurl', '.woff2': 'empty' },
    plugins: [commonJsBuilds],
    logLevel: 'silent',
  });
}
