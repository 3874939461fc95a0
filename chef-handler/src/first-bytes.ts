// Finds the host in the first and last bytes of a message. Most of a message are the attributes of its node, which are between its
// first and its last fields, and are not searched.

import type { ReportBody } from '@anthracite/protocol/bridge';

const shownBytes = 1_024;
const edgeBytes = 16_384;

/** The bytes of a message that `hostOf` needs. */
export function edgesOf(body: ReportBody): Buffer {
  return body.edges(edgeBytes, edgeBytes);
}

/**
 * The name of the node of a message, as written; `''` if it is not in these bytes. Chef writes it as the first field of the node, and
 * once more after the node.
 */
export function hostOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    valueAt(text, '"node"', /^"node"\s*:\s*\{\s*"name"\s*:\s*"([^"\\]*)"/) ||
    valueAt(text, '"node_name"', /^"node_name"\s*:\s*"([^"\\]*)"/)
  );
}

function valueAt(bytes: Buffer, field: string, form: RegExp): string {
  const at = bytes.indexOf(field);
  return (at !== -1 && form.exec(bytes.toString('utf8', at, at + shownBytes))?.[1]) || '';
}
