// Formats the peer of a request, for rejected lines and waiting reports.

import type { FastifyRequest } from 'fastify';

/** Address and port. */
export function peerOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return `${ip}:${socket.remotePort ?? 0}`;
}
