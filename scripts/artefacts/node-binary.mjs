// Gets the program of Node that the Debian package contains: from npm, in a fixed version with a fixed hash.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './npm-package.mjs';

export const nodeVersion = '24.21.0';
const hashes = {
  x64: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** Downloads Node for Linux and an architecture into a folder. Returns the paths of the program and of its licence. */
export function downloadNode(arch, folder) {
  const spec = `node-linux-${arch}@${nodeVersion}`;
  const file = runQuietly('npm', ['pack', '--silent', spec], folder).trim().split('\n').at(-1);
  const tarball = join(folder, file);
  const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (hash !== hashes[arch])
    throw new Error(`${spec} has the SHA-512 hash ${hash}; expected ${hashes[arch]}`);
  const parts = ['package/bin/node', 'package/LICENSE'];
  runQuietly('tar', ['--extract', '--gzip', '--file', tarball, ...parts], folder);
  const [program, licence] = parts.map((part) => join(folder, part));
  return { program, licence };
}
