// Reads what Chef's data collector sends about a run: the few fields that an event is made of, and nothing else. Pure.
// Attributes, states, diffs, backtraces and commands are passed over, so that they can never be told.
//
// The messages are the same in Chef 14 to 19 and Cinc (lib/chef/data_collector/run_end_message.rb of Chef).

import { parseChangeTime } from '@anthracite/protocol/change';

/** A resource and one action that it was given. */
export interface ResourceAction {
  readonly type: string;
  readonly name: string;
  readonly action: string;
  readonly status: string;
  /** True when the name is the command that it runs, which may hold anything. */
  readonly isNamedAfterCommand: boolean;
  readonly cookbook: string;
  readonly cookbookVersion: string;
  readonly recipe: string;
  readonly isFailureIgnored: boolean;
  readonly errorMessage: string;
}

/** What ended a run. */
export interface RunError {
  readonly class: string;
  readonly message: string;
}

/** A run that has ended. Texts are as Chef sent them; `''` where it sent none. */
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
  /** What ended a failed run; null in the others. */
  readonly error: RunError | null;
}

/** What a message is: the end of a run, its start, or something else that Chef and its server send to data collectors. */
export type Message =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'run_start' }
  | { readonly kind: 'other' };

type Fields = Readonly<Record<string, unknown>>;

/** Reads a message, or null for what is no JSON object, or a run without a time. */
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

/** Reads the end of a run, a message of type `run_converge`; null when it has no time. */
export function readRun(message: Fields): Run | null {
  const node = fieldsOf(message['node']);
  const start = secondsOf(message['start_time']) ?? secondsOf(message['end_time']);
  if (start === null) return null;
  const error = fieldsOf(message['error']);
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
    error: isSuccess ? null : { class: textOf(error['class']), message: textOf(error['message']) },
  };
}

function readResource(resource: Fields): ResourceAction {
  const name = textOf(resource['name']);
  return {
    type: textOf(resource['type']),
    name,
    action: textOf(resource['result']),
    status: textOf(resource['status']),
    isNamedAfterCommand: resource['type'] === 'execute' && resource['id'] === name,
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

// Chef writes whole seconds, and so does the handler: decimals would make two events of one run.
function secondsOf(value: unknown): number | null {
  const time = parseChangeTime(textOf(value));
  return time === null ? null : Math.floor(time / 1000);
}
