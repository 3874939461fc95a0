// The golden events: reports of real Puppet and modified ones, with their events.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { HostRun } from '@anthracite/protocol/change';
import { type MappingOptions, readMappingOptions } from '../src';

/** A report, the settings of its mapping, and its event as a line or the reason for no event. */
export interface GoldenCase {
  readonly file: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly event: string | null;
  /** The host in the report; null without one. */
  readonly run: HostRun | null;
  readonly why?: string;
}

/** The package's folder. */
export const packageFolder = join(__dirname, '../..');
const folder = join(packageFolder, 'test');

export const goldenCases = JSON.parse(
  readFileSync(join(folder, 'golden', 'events.json'), 'utf8'),
) as readonly GoldenCase[];

/** The path of a report. */
export function pathOf(file: string): string {
  return join(folder, 'fixtures', file);
}

/** The bytes of a report. */
export function readFixture(file: string): Buffer {
  const bytes = readFileSync(pathOf(file));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Options by their texts. */
export function optionsOf(settings: Readonly<Record<string, string>>): MappingOptions {
  const read = readMappingOptions(Object.entries(settings));
  if (!read.ok) throw new Error(`${read.name} is ${read.value}; expected ${read.expected}`);
  return read.options;
}
