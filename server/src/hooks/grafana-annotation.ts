// Reads annotations as clients send them to Grafana's API, and writes events as its API shows annotations. Pure.

import type { AnnotationItem } from '@anthracite/protocol/api';
import { contentKey, safeText } from '@anthracite/protocol/change';
import type { Event, StoredEvent } from '@anthracite/protocol/core';
import { isObject, type Json, listAt, valueAt } from './payload';
import { timeOfNumber } from './times';
import { wordOfTag } from './words';

/** An annotation: a point in time, or a region with an end. Times in milliseconds since the epoch. */
export interface Annotation {
  readonly time: number;
  /** Null for a point. */
  readonly end: number | null;
  readonly type: string;
  readonly tags: readonly string[];
  readonly text: string;
  /** The span key of a region; equal for equal content, so that a repeated request is the same region. */
  readonly key: string;
}

/** Changes of an annotation; undefined keeps a value. */
export interface AnnotationPatch {
  readonly time?: number;
  readonly end?: number;
  readonly words?: readonly string[];
  readonly text?: string;
}

/** The value, or a sentence about the mistake. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** The type of an annotation without tags. */
export const untagged = 'annotation';

const wrong = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });
const right = <T>(value: T): Read<T> => ({ ok: true, value });

/** Reads the body of `POST /api/annotations`. The default time is `now`. */
export function readAnnotation(json: unknown, now: number): Read<Annotation> {
  if (!isObject(json)) return wrong('the body is not a JSON object');
  const { text, dashboardUID, panelId } = json;
  if (typeof text !== 'string' || text === '') return wrong('"text" is missing or empty');
  const time = readTime(json, 'time');
  const when = readTime(json, 'when');
  const end = readTime(json, 'timeEnd');
  const words = readWords(json['tags']);
  for (const part of [time, when, end, words]) if (!part.ok) return part;
  if (!time.ok || !when.ok || !end.ok || !words.ok) return wrong('bad request data');
  const [first, last] = inOrder(time.value ?? when.value ?? now, end.value);
  const places = [
    ...(typeof dashboardUID === 'string' && dashboardUID !== ''
      ? [wordOfTag(`dashboard:${dashboardUID}`)]
      : []),
    ...(Number.isInteger(panelId) && panelId !== 0 ? [`panel=${panelId}`] : []),
  ];
  const given = JSON.stringify([first, last, listAt(json, 'tags'), text]);
  return right(
    ansibleSafe({ time: first, end: last, ...typed(words.value, places), text, key: contentKey(given) }),
  );
}

/** Reads the body of `POST /api/annotations/graphite`. */
export function readGraphiteAnnotation(json: unknown, now: number): Read<Annotation> {
  if (!isObject(json)) return wrong('the body is not a JSON object');
  const { what, data = '', tags } = json;
  if (typeof what !== 'string' || what === '') return wrong('"what" is missing or empty');
  if (typeof data !== 'string') return wrong('"data" is not a text');
  const time = readTime(json, 'when');
  const words = readWords(typeof tags === 'string' ? tags.split(' ') : tags);
  if (!time.ok) return time;
  if (!words.ok) return words;
  const text = data === '' ? what : `${what}\n${data}`;
  return right({ time: time.value ?? now, end: null, ...typed(words.value, []), text, key: '' });
}

/** Reads the body of `PUT` (which replaces the tags) or `PATCH` of an annotation. */
export function readAnnotationPatch(json: unknown, isWhole: boolean): Read<AnnotationPatch> {
  if (!isObject(json)) return wrong('the body is not a JSON object');
  const { text, tags } = json;
  if (text !== undefined && text !== null && typeof text !== 'string') return wrong('"text" is not a text');
  const time = readTime(json, 'time');
  const end = readTime(json, 'timeEnd');
  const words = readWords(tags);
  if (!time.ok) return time;
  if (!end.ok) return end;
  if (!words.ok) return words;
  const hasTags = isWhole || Array.isArray(tags);
  return right({
    ...(time.value !== null && { time: time.value }),
    ...(end.value !== null && { end: end.value }),
    ...(hasTags && { words: words.value }),
    ...(typeof text === 'string' && text !== '' && { text }),
  });
}

/** The events of an annotation: one, or the two marks of a region. */
export function eventsOf({ time, end, type, tags, text, key }: Annotation): readonly Event[] {
  if (end === null) return [{ time, type, tags, description: text }];
  const keyed = [`span=${key}`, ...tags];
  return [
    { time, type: `${type}_start`, tags: keyed, description: text },
    { time: end, type: `${type}_end`, tags: keyed, description: text },
  ];
}

/** Words of tags as the type, which is the first of them, and the tags. */
export function typed(
  words: readonly string[],
  places: readonly string[],
): { readonly type: string; readonly tags: readonly string[] } {
  const [type = untagged, ...tags] = words;
  return { type, tags: [...tags, ...places] };
}

/** Annotations never end before they begin: Grafana swaps such times, too. An end equal to the start makes a point. */
export function inOrder(time: number, end: number | null): readonly [number, number | null] {
  if (end === null || end === time) return [time, null];
  return end < time ? [end, time] : [time, end];
}

/** An event or a region as an annotation. `type` is the type without the suffix of a mark. */
export function showAnnotation(
  event: Pick<StoredEvent, 'id' | 'time' | 'tags'> & { readonly text: string },
  type: string,
  end: number,
): AnnotationItem {
  const dashboard = event.tags.find((tag) => tag.startsWith('dashboard='));
  const panel = event.tags.find((tag) => /^panel=\d{1,9}$/.test(tag));
  const shown = event.tags.filter((tag) => tag !== dashboard && tag !== panel && !tag.startsWith('span='));
  const words = type === untagged && shown.length === 0 ? [] : [type, ...shown];
  return {
    id: event.id,
    dashboardUID: dashboard?.slice('dashboard='.length) ?? '',
    ...(panel && { panelId: Number(panel.slice('panel='.length)) }),
    created: event.time,
    updated: event.time,
    time: event.time,
    timeEnd: end,
    text: event.text,
    ...(words.length > 0 && { tags: words }),
    login: '',
    email: '',
    avatarUrl: '',
    data: {},
  };
}

// Missing, null and 0 are all the same. The size of a number tells its unit.
function readTime(json: Json, name: string): Read<number | null> {
  const value = json[name];
  if (value === undefined || value === null || value === 0) return right(null);
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrong(`"${name}" is not a whole number`);
  const time = timeOfNumber(value);
  if (time === null)
    return wrong(`"${name}" is ${value}, which is a time before 1980 or after 9999 in each unit`);
  return right(time);
}

function readWords(tags: unknown): Read<readonly string[]> {
  if (tags === undefined || tags === null) return right([]);
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string'))
    return wrong('"tags" is not a list of texts');
  return right([...new Set(tags.map(wordOfTag).filter((word) => word !== ''))]);
}

/**
 * Ansible's callback for Grafana sends the results of whole tasks, with their passwords, and says OK when a host could not be
 * reached. The results are cut off, secrets masked, and the status follows the counts at the end of the text.
 */
function ansibleSafe(annotation: Annotation): Annotation {
  const { type, tags, text } = annotation;
  if (type !== 'ansible' || !tags.some((tag) => /^ansible_(event_\w+|report)$/.test(tag))) return annotation;
  const [before = ''] = text.split(/^debug: /m, 1);
  const isFailed = countFailures(before);
  const lines = before.split('\n').map((line) => {
    if (isFailed !== null && /^Status: \w+$/.test(line)) return `Status: ${isFailed ? 'FAILED' : 'OK'}`;
    return line.startsWith('{') ? line : safeText(line, 1_000);
  });
  const status = isFailed === null ? [] : [`status=${isFailed ? 'failed' : 'ok'}`];
  return { ...annotation, tags: [...tags, ...status], text: lines.join('\n') };
}

// Null if the text has no counts.
function countFailures(text: string): boolean | null {
  const [, counts] = /\nResult:\n(\{.*\})\s*$/s.exec(text) ?? [];
  if (counts === undefined) return null;
  try {
    const hosts: unknown = JSON.parse(counts);
    if (!isObject(hosts)) return null;
    return Object.keys(hosts).some(
      (host) =>
        Number(valueAt(hosts[host], 'failures')) > 0 || Number(valueAt(hosts[host], 'unreachable')) > 0,
    );
  } catch {
    return null;
  }
}
