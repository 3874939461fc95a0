// Builds an event of a hook: its tags in a fixed order, its options applied, its limits kept. Pure.

import { contentKey, userTags } from '@anthracite/protocol/change';
import { checkEvent, checkEventKey, createGlobTest, partPatterns } from '@anthracite/protocol/core';
import { type HookRequest, ignored, type Mapped, misread, nothing } from './hook';
import { pairTags } from './words';

/** The parts of an event. */
export interface NewEvent {
  readonly time: number;
  readonly type: string;
  /** Without the tags of the options and of the tool. */
  readonly tags: readonly (readonly [string, string])[];
  readonly description: string;
  /** Null if equal fields are enough to recognise a repetition. */
  readonly key: string | null;
  /** The value of the tag `tool`; the kind of the hook without it. */
  readonly tool?: string;
}

/** One event, or the reason why there is no event. */
export function newEvent({ hook }: Pick<HookRequest, 'hook'>, parts: NewEvent): Mapped {
  const { time, type, tags, description, key, tool = hook.kind } = parts;
  if (!isWantedType(type, hook.options.types)) return ignored(`the option types leaves out ${type}`);
  const checked = checkEvent({ time, type, tags: hookTags(hook, pairTags(tags), tool), description });
  if (!checked.ok) return misread(checked.problem.message);
  return { ...nothing, events: [{ event: checked.value, key: key === null ? null : safeKey(key) }] };
}

/** The tags of an event, those of the options, and the tool. */
export function hookTags(
  { options }: Pick<HookRequest['hook'], 'options'>,
  tags: readonly string[],
  tool: string,
): readonly string[] {
  return [...new Set([...tags, ...userTags(options.tags), `tool=${tool}`])];
}

/** Whether the option `types` takes a type. */
export function isWantedType(type: string, patterns: readonly string[]): boolean {
  const { wanted, unwanted } = partPatterns(patterns);
  const isMatch = (pattern: string): boolean => createGlobTest(pattern)(type);
  return (wanted.length === 0 || wanted.some(isMatch)) && !unwanted.some(isMatch);
}

/** A text as an event key; a long text as its hash. */
export function safeKey(text: string): string {
  const key = text.toWellFormed().replace(/\p{Cc}/gu, ' ');
  return checkEventKey(key).ok ? key : contentKey(text);
}

/** Several results as one. */
export function together(parts: readonly Mapped[]): Mapped {
  return {
    events: parts.flatMap(({ events }) => events),
    alerts: parts.find(({ alerts }) => alerts !== null)?.alerts ?? null,
    ignored: parts.flatMap((part) => part.ignored),
    problems: parts.flatMap(({ problems }) => problems),
  };
}
