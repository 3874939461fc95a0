// Reads the fields of a message of Chef's data collector that an event needs, and nothing else. Pure. Attributes, states, diffs,
// backtraces and commands are ignored, so that they can never appear in an event.
//
// The messages are the same in Chef 14 to 19 and Cinc (lib/chef/data_collector/run_end_message.rb of Chef).

import { parseChangeTime } from '@anthracite/protocol/change';

/** A resource and one of its actions. */
export interface ResourceAction {
  readonly type: string;
  readonly name: string;
  readonly action: string;
  readonly status: string;
  readonly cookbook: string;
  readonly cookbookVersion: string;
  readonly recipe: string;
  readonly isFailureIgnored: boolean;
  readonly errorMessage: string;
}

/** The error that ended a run. */
export interface RunError {
  readonly class: string;
  readonly message: string;
  /** Chef's explanation: a title, and the heading and text of the first section. */
  readonly description: { readonly title: string; readonly heading: string; readonly text: string };
}

/** A finished run. Texts are unchanged; `''` if missing. */
export interface Run {
  readonly id: string;
  readonly host: string;
  readonly nodeUuid: string;
  readonly environment: string;
  readonly organization: string;
  readonly policy: string;
  readonly policyGroup: string;
  readonly policyRevision: string;
  readonly runList: readonly string[];
  /** Seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly isSuccess: boolean;
  readonly hasNode: boolean;
  readonly hasCookbooks: boolean;
  readonly resources: readonly ResourceAction[];
  /** The error of a failed run, otherwise null. */
  readonly error: RunError | null;
}

/** A message: the end of a run, its start, or another message of Chef or its server. */
export type Message =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'run_start' }
  | { readonly kind: 'other' };

type Fields = Readonly<Record<string, unknown>>;

/** Reads a message; null if it is not a JSON object, or a run without a time. */
export function parseMessage(body: string): Message | null {
  let message: Fields;
  try {
    message = JSON.parse(body) as Fields;
  } catch {
    return null;
  }
  if (!isFields(message)) return null;
  if (message['message_type'] === 'run_start') return { kind: 'run_start' };
  if (message['message_type'] !== 'run_converge') return { kind: 'other' };
  const run = readRun(message);
  return run === null ? null : { kind: 'run', run };
}

/** Reads the end of a run, a message of type `run_converge`; null if it has no time. */
export function readRun(message: Fields): Run | null {
  const node = fieldsOf(message['node']);
  const start = secondsOf(message['start_time']) ?? secondsOf(message['end_time']);
  if (start === null) return null;
  const isSuccess = message['status'] === 'success';
  return {
    id: textOf(message['run_id']),
    host: textOf(message['node_name']),
    nodeUuid: textOf(message['entity_uuid']),
    environment: textOf(node['chef_environment']),
    organization: textOf(message['organization_name']),
    policy: textOf(message['policy_name']),
    policyGroup: textOf(message['policy_group']),
    policyRevision: textOf(fieldsOf(node['automatic'])['policy_revision']),
    runList: listOf(message['run_list']).map(textOf),
    start,
    end: Math.max(secondsOf(message['end_time']) ?? start, start),
    isSuccess,
    hasNode: textOf(node['name']) !== '',
    hasCookbooks: Object.keys(fieldsOf(message['cookbooks'])).length > 0,
    resources: listOf(message['resources']).map((resource) => readResource(fieldsOf(resource))),
    error: isSuccess ? null : readError(fieldsOf(message['error'])),
  };
}

function readError(error: Fields): RunError {
  const description = fieldsOf(error['description']);
  const [heading = '', text = ''] = Object.entries(fieldsOf(listOf(description['sections'])[0]))[0] ?? [];
  return {
    class: textOf(error['class']),
    message: textOf(error['message']),
    description: { title: textOf(description['title']), heading, text: textOf(text) },
  };
}

function readResource(resource: Fields): ResourceAction {
  return {
    type: textOf(resource['type']),
    name: textOf(resource['name']),
    action: textOf(resource['result']),
    status: textOf(resource['status']),
    cookbook: textOf(resource['cookbook_name']),
    cookbookVersion: textOf(resource['cookbook_version']),
    recipe: textOf(resource['recipe_name']),
    isFailureIgnored: resource['ignore_failure'] === true || resource['ignore_failure'] === 'quiet',
    errorMessage: textOf(resource['error_message']),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

// Chef and the handler write whole seconds; decimals would create two events for one run.
function secondsOf(value: unknown): number | null {
  const time = parseChangeTime(textOf(value));
  return time === null ? null : Math.floor(time / 1000);
}
