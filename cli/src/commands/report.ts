// anthracite report: shows figures on incidents, uptime, gains and software delivery of a range.

import { maintenanceModes, type ReportPeriod, reportPeriods } from '@anthracite/server/core';
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
import { warnOfUnknownTypes } from '../known-types';
import { passOn, write } from '../output';
import { formatReport } from '../report-text';
import type { CommandContext } from './context';

interface ReportOptions extends ClientOptions, FilterOptions {
  readonly period?: ReportPeriod;
  readonly window?: string;
  readonly maintenance?: (typeof maintenanceModes)[number];
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly shape?: 'long' | 'wide';
}

const examples = `
docs/report.md defines each figure. Months, quarters and years are in the time zone of the server, or in that of --time-zone or --utc.

Examples:
  $ anthracite report
  $ anthracite report --from 2026-01-01 --until 2026-04-01 --period quarter
  $ anthracite report --from -30d --all env=prod --none origin=external
  $ anthracite report --window 4h --maintenance exclude
  $ anthracite report --from 2026-01-01 --csv --shape wide > quarter.csv
  $ anthracite report --json | jq .incidents.uptime`;

/** Adds the command. */
export function addReportCommand({ program, environment }: CommandContext): void {
  const command = addFilterOptions(
    program.command('report').description('show figures on incidents, uptime, gains and software delivery'),
    {
      what: 'spans and deployments',
      from: 'start of the range, inclusive (default: start of this quarter)',
      until: 'end of the range, exclusive (default: now, which is also the latest end)',
    },
  )
    .addOption(
      new Option(
        '--period <period>',
        'divide the range into periods of this length (default: month)',
      ).choices(reportPeriods),
    )
    .option(
      '--window <duration>',
      'attribute an incident to a deployment if the incident starts within this time after the deployment; at most 24h (default: the setting failure-window-minutes)',
    )
    .addOption(
      new Option(
        '--maintenance <mode>',
        'count or exclude downtime in maintenance windows (default: the setting maintenance)',
      ).choices(maintenanceModes),
    )
    .option('--json', 'print JSON: every figure, with the ids of the events that it is computed from')
    .option('--csv', 'print CSV: one figure per row')
    .addOption(
      new Option(
        '--shape <shape>',
        'with --csv: one figure per row, or one period per row (default: long)',
      ).choices(['long', 'wide']),
    );
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (options: ReportOptions) => {
      const { json, csv, shape, period, window, maintenance } = options;
      if (json && csv) throw new UsageError('--json and --csv cannot be combined; use one of them');
      if (shape !== undefined && !csv) throw new UsageError('--shape needs --csv');
      const zone = readTimeZone(options, environment);
      const tz = options.utc || options.timeZone !== undefined ? zone : undefined;
      const query = { ...readFilter(options, environment.now(), zone), period, window, maintenance, tz };
      const client = createClient(options, environment);
      await warnOfUnknownTypes(client, options.type, environment, true);
      if (csv) return passOn(environment, client.reportCsv({ ...query, shape }));
      const report = await client.report(query);
      if (json) return write(environment, `${JSON.stringify(report, null, 2)}\n`);
      const text = formatReport(report, {
        zone,
        table: layoutOf(environment),
        head: createColours(environment).note,
      });
      return write(environment, text);
    });
}
