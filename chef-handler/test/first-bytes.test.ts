// The node of a message is read from its first bytes.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReportBody } from '@anthracite/protocol/bridge';
import { edgesOf, hostOf } from '../src/first-bytes';
import { packageFolder } from './ruby';

const folder = join(packageFolder, 'test/fixtures');
const messages = readdirSync(folder).map(
  (name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))] as const,
);

test.each(messages)('finds the node of %s with a megabyte of attributes', (_name, message) => {
  const { node, node_name } = message as { node?: { automatic?: object }; node_name: string };
  const plain = hostOf(edgesOf(ReportBody.of(Buffer.from(JSON.stringify(message)))));
  // A name that JSON must escape is not read.
  expect(plain).toBe(/["\\\0-\x1f]/.test(node_name) ? '' : node_name);
  if (node?.automatic === undefined) return;
  const automatic = { ...node.automatic, filler: ['"node_name": "other"', 'x'.repeat(1_000_000)] };
  const grown = JSON.stringify({ ...message, node: { ...node, automatic } });
  const body = ReportBody.of(Buffer.from(grown));
  expect(edgesOf(body).length).toBeLessThan(40_000);
  expect(hostOf(edgesOf(body))).toBe(plain);
});
