// Defines a target: another system to which events are sent, as it is configured. Pure.

/** The shapes in which events are sent. */
export const targetShapes = [
  'standard-webhooks',
  'slack',
  'mattermost',
  'rocketchat',
  'discord',
  'teams',
  'grafana',
  'mail',
] as const;

export type TargetShape = (typeof targetShapes)[number];

/** Which events are sent. The names and meanings are those of the query parameters; see `docs/query.md`. */
export interface Selection {
  readonly type: readonly string[];
  readonly any: readonly string[];
  readonly all: readonly string[];
  readonly none: readonly string[];
  /** Text to find; `''` for no search. */
  readonly q: string;
}

/** A target. */
export interface Target {
  /** Identifies the target, and its position in the database. */
  readonly name: string;
  readonly shape: TargetShape;
  /** The address to send to. Its path and query are secret. */
  readonly url: URL;
  readonly selection: Selection;
  /** Whether marks are sent as spans. */
  readonly spans: boolean;
  /** Whether later changes of events are sent. */
  readonly changes: boolean;
  /** File with the secrets that sign requests, or with the password of the mail server; `''` without it. */
  readonly secretFile: string;
  /** File with the token of requests; `''` without it. */
  readonly tokenFile: string;
  /** Sender and recipients of mail; `''` and empty for other shapes. */
  readonly from: string;
  readonly to: readonly string[];
  /** The content of the file of secrets, the newest first. */
  readonly secrets: readonly string[];
  /** The content of the file of the token; null without it. */
  readonly token: string | null;
}

/** A target whose files are not read yet. */
export type UnreadTarget = Omit<Target, 'secrets' | 'token'>;

/** The host of a target, for people. Nothing else of the address is ever shown. */
export function hostOf({ url }: Pick<Target, 'url'>): string {
  return url.host;
}

/** Tags of events that are never sent to a target, because they came from it. */
export function ownTags({ name, shape }: Pick<Target, 'name' | 'shape'>): readonly string[] {
  return [...new Set([`tool=${name}`, ...(shape === 'grafana' ? ['tool=grafana', mirrorTag] : [])])];
}

/** The tag of annotations that a target writes to Grafana. */
export const mirrorTag = 'anthracite';
