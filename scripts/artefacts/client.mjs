// Makes the client: the command without the server, as one file that needs only Node, and as a package of npm.

import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledPackages, manifestOf, noticesOf } from './dependencies.mjs';
import { inNewFolder, packFolder, writeManifest } from './npm-package.mjs';

/** Leaves out the server, and keeps its shared parts (`@anthracite/server/core`). The command reports that the server is missing. */
const withoutServer = {
  name: 'without-server',
  setup(bundler) {
    bundler.onResolve({ filter: /^@anthracite\/server$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Writes the client into `out`. Returns the names of the file and of the package. */
export async function makeClient(root, out) {
  const { version, license, engines } = manifestOf(join(root, 'cli'));
  const file = `anthracite-client-${version}.cjs`;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, file), await bundleClient(root));
  chmodSync(join(out, file), 0o755);
  const tarball = await inNewFolder((folder) => {
    copyFileSync(join(out, file), join(folder, 'anthracite.cjs'));
    copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    copyFileSync(join(root, 'packaging/npm/client/README.md'), join(folder, 'README.md'));
    writeManifest(folder, {
      name: '@anthracite/client',
      version,
      description: 'The anthracite command without the server: sends, lists, follows and corrects events',
      license,
      engines,
      bin: { anthracite: 'anthracite.cjs' },
    });
    return packFolder(folder, out);
  });
  return [file, tarball];
}

/** The text of the client, with the licences of its libraries at the end. */
async function bundleClient(root) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'cli', 'dist', 'src', 'main.js')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The names stay, for the stack of an unexpected error.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    plugins: [withoutServer],
    logLevel: 'error',
  });
  const folders = [root, ...bundledPackages(metafile, root)];
  const notices = noticesOf(folders).replaceAll('*/', '* /');
  return `${outputFiles[0].text}/*\n${notices}*/\n`;
}
