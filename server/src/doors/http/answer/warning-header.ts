// Sends warnings in a header, for answers without a field for them, such as Graphite's.

import type { MeaningWarning } from '@anthracite/protocol';
import type { FastifyReply } from 'fastify';

/** Adds warnings about parts of an event that have no effect (RFC 7234, code 299). */
export function sendWarnings(reply: FastifyReply, warnings: readonly MeaningWarning[]): void {
  const values = warnings.map(({ warning }) => {
    const text = warning.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&');
    return `299 anthracite "${text}"`;
  });
  if (values.length > 0) reply.header('Warning', values.join(', '));
}
