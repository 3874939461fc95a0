// Prints how often the cause of an incident ranks first: the table in docs/suspects.md. Run `npm run build` first.

import { createRequire } from 'node:module';

const { measure, toRow, trials } = createRequire(import.meta.url)('../server/dist/test/suspects/measure.js');
for (const trial of trials) process.stdout.write(`${toRow(trial.name, measure(trial))}\n`);
