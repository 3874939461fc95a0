// anthracite report: shows incidents, uptime, gains and deliveries of a range in numbers.

import { type ReportPeriod, reportPeriods } from '@anthracite/server/core';
import { Option } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { createColours } from '../colours';
import { layoutOf } from '../event-table';
import { UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options';
import { passOn, write } from '../output';
import { formatReport, type ReportAnswer } from '../report-text';
import type { CommandContext } from './context';

interface ReportOptions extends ClientOptions, FilterOptions {
  readonly period?: ReportPeriod;
  readonly json?: boolean;
  readonly csv?: boolean;
}

const examples = `
What each figure means is defined in docs/report.md. Months, quarters and years begin in the time zone of the server.

Examples:
  $ anthracite report
  $ anthracite report --from 2026-01-01 --until 2026-04-01 --period quarter
  $ anthracite report --from -30d --all env=prod --none origin=external
  $ anthracite report --from 2026-01-01 --csv > quarter.csv
  $ anthracite report --json | jq .incidents.uptime`;

/** Adds the command. */
export function addReportCommand({ program, environment }: CommandContext): void {
  const command = addFilterOptions(
    program.command('report').description('show incidents, uptime, gains and deliveries in numbers'),
    {
      from: 'from then on, inclusive (default: the begin of this quarter)',
      until: 'until then, exclusive, and not beyond now (default: now)',
    },
  )
    .addOption(
      new Option('--period <period>', 'what the range is divided by (default: month)').choices(reportPeriods),
    )
    .option('--json', 'print JSON: every figure, with the ids of what it is made of')
    .option('--csv', 'print CSV: one figure a row');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (options: ReportOptions) => {
      const { json, csv, period } = options;
      if (json && csv) throw new UsageError('--json and --csv are two formats; give one of them');
      const zone = readTimeZone(options, environment);
      const query = { ...readFilter(options, environment.now(), zone), period };
      const client = createClient(options, environment);
      if (csv) return passOn(environment, client.reportCsv(query));
      const report = await client.report(query);
      if (json) return write(environment, `${JSON.stringify(report, null, 2)}\n`);
      const text = formatReport(report as unknown as ReportAnswer, {
        zone,
        table: layoutOf(environment),
        head: createColours(environment).note,
      });
      return write(environment, text);
    });
}
