// Defines a hook as it is configured, what it receives, and what that becomes. Pure.

import type { Event } from '@anthracite/protocol/core';
import type { JsonMapping } from './json-mapping';

/** The programs whose deliveries are understood. */
export const hookKinds = [
  'alertmanager',
  'atlantis',
  'cloudevents',
  'collectd',
  'datadog',
  'flux',
  'gitea',
  'github',
  'gitlab',
  'grafana',
  'honeycomb',
  'icinga',
  'jenkins',
  'json',
  'kubernetes',
  'nagios',
  'pagerduty',
  'sentry',
  'terraform',
] as const;

export type HookKind = (typeof hookKinds)[number];

/** The options of a hook. Options that its kind does not use have their defaults. */
export interface HookOptions {
  /** Tags that are added to its events. */
  readonly tags: readonly string[];
  /** Types of events to store, as patterns; `!` excludes. Empty: all. */
  readonly types: readonly string[];
  /** The name of the project in types, instead of that of the repository; `''` for that of the repository. */
  readonly project: string;
  /** The kinds of deliveries to use, such as `push`; null for the usual ones of the kind. */
  readonly events: readonly string[] | null;
  /** Whether deployments become spans. */
  readonly spans: boolean;
  /** What alerts become. */
  readonly as: 'alert' | 'incident';
  /** Whether each alert, or each group of alerts, becomes a span. */
  readonly per: 'alert' | 'group';
  /** Values of the label `severity`, in lower case, and the severity of the incident. */
  readonly severities: Readonly<Record<string, number>>;
  /** Hours without a message after which an open alert is ended. */
  readonly staleHours: number;
  /** Pattern of the jobs that deploy; `''` for none. */
  readonly deploy: string;
  readonly signatureHeader: string;
  readonly timestampHeader: string;
  readonly mapping: JsonMapping | null;
}

/** A hook. */
export interface Hook {
  /** The last part of its path, and the source of the keys of its events. */
  readonly name: string;
  readonly kind: HookKind;
  readonly options: HookOptions;
  /** Its secrets, the newest first; empty if its requests need a token instead. */
  readonly secrets: readonly string[];
  /** The file of the secrets; `''` without one. */
  readonly secretFile: string;
}

/** Headers by name in lower case; values as received, one character a byte. */
export type HookHeaders = Readonly<Record<string, string | undefined>>;

/** A delivery whose sender was verified. */
export interface HookRequest {
  readonly headers: HookHeaders;
  /** The path that was called, without query. */
  readonly path: string;
  /** The value of a JSON body; undefined for another body. */
  readonly json: unknown;
  /** The body as text; used by kinds that take other bodies than JSON. */
  readonly text: string;
  readonly hook: Pick<Hook, 'name' | 'kind' | 'options'>;
  /** The time of receipt in milliseconds since the epoch. */
  readonly now: number;
}

/** An event with its key, if it has one. */
export interface HookEvent {
  readonly event: Event;
  readonly key: string | null;
}

/** The state of an alert. Times in milliseconds since the epoch. */
export interface HookAlert {
  /** Identifies the alert; several spans may follow each other. */
  readonly id: string;
  readonly isFiring: boolean;
  readonly start: number;
  /** Null while it fires. */
  readonly end: number | null;
  /** The type without the suffix of a mark. */
  readonly stem: string;
  /** Without the span key. */
  readonly tags: readonly string[];
  /** The description of the start mark. */
  readonly firing: string;
  /** The description of the end mark; `''` while it fires. */
  readonly resolved: string;
}

/** The alerts of a message. */
export interface HookAlerts {
  readonly alerts: readonly HookAlert[];
  /** The group that the message is about, with its sender. */
  readonly group: string;
  /** True if the message lists all alerts of the group that fire. */
  readonly isWhole: boolean;
  /** True if a later start belongs to the open span. */
  readonly isFolded: boolean;
  /** True if an alert only has a state, whose start and end are the time of the message. */
  readonly isState: boolean;
}

/** What a delivery becomes. */
export interface Mapped {
  readonly events: readonly HookEvent[];
  readonly alerts: HookAlerts | null;
  /** Why some of it, or all, becomes no event. */
  readonly ignored: readonly string[];
  /** What could not be understood. Without text of the body. */
  readonly problems: readonly string[];
}

/** Nothing: the result of a delivery without any event. */
export const nothing: Mapped = { events: [], alerts: null, ignored: [], problems: [] };

/** The result for a delivery that is understood, and becomes no event. */
export const ignored = (why: string): Mapped => ({ ...nothing, ignored: [why] });

/** The result for a delivery that is not understood. */
export const misread = (why: string): Mapped => ({ ...nothing, problems: [why] });

/** Converts a delivery of one kind. */
export type MapHook = (request: HookRequest) => Mapped;
