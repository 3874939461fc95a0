// Reads the needed fields of a Puppet report. Lenient, because Puppet's formats 2 to 12 differ. Ignores all other fields, so that old
// and new values, diffs and parameters are never used. Pure.

import { parseChangeTime } from '@anthracite/protocol/change';

/** A report. Texts are unchanged: clean them before you show them. Times are in milliseconds since the epoch, null if missing. */
export interface Report {
  readonly host: string;
  readonly environment: string;
  /** The version of the code; `''` if Puppet generated it from the time. */
  readonly version: string;
  readonly transaction: string;
  readonly status: string;
  readonly isCompleted: boolean;
  /** True for a noop run. */
  readonly isNoop: boolean;
  readonly isNoopPending: boolean;
  readonly cachedCatalogStatus: string;
  readonly time: number | null;
  /** Duration of the run in seconds; null if missing. */
  readonly totalSeconds: number | null;
  /** True for a report of an agent: only agents recognise corrective changes. */
  readonly isOfAgent: boolean;
  readonly skipped: number;
  readonly logs: readonly Log[];
  readonly resources: readonly Resource[];
}

/** A line of a run's log. */
export interface Log {
  readonly isError: boolean;
  readonly message: string;
  readonly source: string;
  readonly time: number | null;
}

/** A resource of a run. */
export interface Resource {
  readonly type: string;
  readonly title: string;
  readonly file: string;
  readonly line: number | null;
  readonly tags: readonly string[];
  readonly isChanged: boolean;
  readonly isFailed: boolean;
  readonly isFailedToRestart: boolean;
  readonly isCorrective: boolean;
  readonly events: readonly ResourceEvent[];
}

/** A change or failure of a resource. */
export interface ResourceEvent {
  readonly property: string;
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly isCorrective: boolean;
  readonly time: number | null;
}

type Fields = Readonly<Record<string, unknown>>;

const errorLevels: readonly string[] = ['err', 'alert', 'emerg', 'crit'];

/** Reads a report; null if the value has no host, no valid status, or no resources. */
export function readReport(value: unknown): Report | null {
  const fields = toFields(value);
  const host = toText(fields['host']);
  const resources = readResources(fields['resource_statuses']);
  const status = toWord(fields['status']) || guessStatus(fields, resources);
  if (fields['resource_statuses'] === undefined || host === '') return null;
  if (!['changed', 'failed', 'unchanged'].includes(status)) return null;
  const timeValues = metricValues(fields, 'time');
  return {
    host,
    environment: toText(fields['environment']),
    version: readVersion(fields['configuration_version']),
    transaction: toText(fields['transaction_uuid']),
    status,
    isCompleted: fields['transaction_completed'] !== false,
    isNoop: fields['noop'] === true,
    isNoopPending: fields['noop_pending'] === true,
    cachedCatalogStatus: toWord(fields['cached_catalog_status']),
    time: parseChangeTime(toText(fields['time'])),
    totalSeconds: timeValues.get('total') ?? null,
    isOfAgent: timeValues.has('startup_time') || timeValues.has('fact_generation'),
    skipped: metricValues(fields, 'resources').get('skipped') ?? 0,
    logs: toItems(fields['logs']).map(readLog),
    resources,
  };
}

// The oldest formats have no status.
function guessStatus(fields: Fields, resources: readonly Resource[]): string {
  if (fields['status'] !== undefined || toFields(fields['metrics']) === noFields) return '';
  if (resources.some(({ isFailed }) => isFailed)) return 'failed';
  return resources.some(({ isChanged }) => isChanged) ? 'changed' : 'unchanged';
}

function readVersion(value: unknown): string {
  return /[^ \t\r\n]+/.exec(toText(value))?.[0] ?? '';
}

function metricValues(fields: Fields, group: string): Map<string, number> {
  const rows = toItems(toFields(toFields(fields['metrics'])[group])['values']).map(toItems);
  const values = new Map<string, number>();
  for (const [name, , value] of rows) {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) values.set(toWord(name), value);
  }
  return values;
}

function readLog(value: unknown): Log {
  const { level, message, source, time } = toFields(value);
  return {
    isError: errorLevels.includes(toWord(level)),
    message: toText(message),
    source: toText(source),
    time: parseChangeTime(toText(time)),
  };
}

function readResources(value: unknown): Resource[] {
  return Object.entries(toFields(value)).map(([reference, status]) => {
    const fields = toFields(status);
    const [, type = '', title = ''] = /^([^[]*)\[([\s\S]*)\]$/.exec(reference) ?? [];
    const line = fields['line'];
    return {
      type: toText(fields['resource_type']) || type || reference,
      title: toText(fields['title']) || title,
      file: toText(fields['file']),
      line: Number.isInteger(line) ? (line as number) : null,
      tags: toItems(fields['tags']).map(toText),
      isChanged: fields['changed'] === true,
      isFailed: fields['failed'] === true || fields['failed_to_restart'] === true,
      isFailedToRestart: fields['failed_to_restart'] === true,
      isCorrective: fields['corrective_change'] === true,
      events: toItems(fields['events']).map(readEvent),
    };
  });
}

function readEvent(value: unknown): ResourceEvent {
  const { property, name, status, message, time, corrective_change } = toFields(value);
  return {
    property: toText(property),
    name: toWord(name),
    status: toWord(status),
    message: toText(message),
    isCorrective: corrective_change === true,
    time: parseChangeTime(toText(time)),
  };
}

const noFields: Fields = {};
const toFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : noFields;
const toItems = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
// Only strings are accepted as text: other values could become very long as text.
const toText = (value: unknown): string => (typeof value === 'string' ? value : '');
// Old versions wrote words as Ruby symbols.
const toWord = (value: unknown): string => toText(value).replace(/^:/, '');
