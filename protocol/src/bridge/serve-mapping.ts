// The worker side of a mapping thread. Runs in worker threads only.

import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { MappingReply, MappingRequest } from './mapping-messages';
import { parseReportFile } from './waiting/report-file';

/** Answers each report with the result of `map`. Error messages do not contain text of the report. */
export function serveMapping<Options>(map: (body: Uint8Array, options: Options) => unknown): void {
  const port = parentPort;
  if (!port) throw new Error('serveMapping runs in a worker thread only');
  const reply = (message: MappingReply): void => port.postMessage(message);

  const answer = (body: Uint8Array, options: Options): void => {
    try {
      reply({ kind: 'mapped', value: map(body, options) });
    } catch (error) {
      const isDeep = error instanceof RangeError;
      reply({
        kind: 'unmappable',
        why: isDeep ? 'the report is nested too deeply' : 'the report could not be read',
      });
    }
  };

  port.on('message', (request: MappingRequest) => {
    if ('body' in request) return answer(request.body, request.options as Options);
    let file: Uint8Array;
    try {
      file = readFileSync(request.file);
    } catch (error) {
      return reply({ kind: 'unreadable', code: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' });
    }
    const report = parseReportFile(file);
    if (report === null) return reply({ kind: 'unmappable', why: 'its file is damaged' });
    reply({ kind: 'read', origin: report.origin });
    answer(report.body, report.options as Options);
  });
}
