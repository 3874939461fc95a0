// The first and the last bytes of a report give the same result as the whole report.

import { readdirSync } from 'node:fs';
import { ReportBody } from '@anthracite/protocol/bridge';
import { beginOf, beginsAsReport, defaultMappingOptions, edgesOf, hostOf, mapUnchanged } from '../src';
import { pathOf, readFixture } from './golden';

test.each(readdirSync(pathOf('')).filter((name) => /\.(?:yaml|json)(?:\.gz)?$/.test(name)))('%s', (name) => {
  const whole = readFixture(name);
  const edges = edgesOf(ReportBody.of(whole));
  expect(edges.length).toBeLessThan(2_000);
  expect([hostOf(edges), beginOf(edges), beginsAsReport(edges)]).toEqual([
    hostOf(whole),
    beginOf(whole),
    beginsAsReport(whole),
  ]);
  expect(mapUnchanged(edges, defaultMappingOptions)).toEqual(mapUnchanged(whole, defaultMappingOptions));
});
