// Maps any JSON by a configuration: templates with paths, a list to go through, conditions. Pure. No code is run.

import { toTagWord } from '@anthracite/protocol/change';
import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent, together } from './new-event';
import { isObject, type Json, listAt, scalarText, valueAt } from './payload';
import { timeOf } from './times';
import { describe, pairOfTag } from './words';

/** A condition: one of these values, or any value. */
export interface JsonCondition {
  readonly path: string;
  readonly values: readonly (string | number | boolean | null)[] | null;
  readonly exists: boolean | null;
}

/** A part of a template: text, or paths and a default. The first path with a value counts. */
export type TemplatePart = string | { readonly paths: readonly string[]; readonly otherwise: string | null };

export type Template = readonly TemplatePart[];

/** The configuration of a hook of kind `json`. */
export interface JsonMapping {
  /** The path of a list; `''` for the body itself. */
  readonly each: string;
  readonly when: readonly JsonCondition[];
  readonly time: Template | null;
  readonly type: Template;
  readonly description: Template;
  readonly tags: readonly Template[];
  readonly key: Template | null;
}

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const pathForm = /^(?:\^\.)?[\p{L}\p{N}_$@:/-]+(?:\.[\p{L}\p{N}_$@:/-]+)*$/u;
const maxItems = 50_000;

/** Reads a path; null for other texts, and for a path through a prototype. */
export function readPath(text: string): string | null {
  const path = text.trim();
  return pathForm.test(path) && !path.split('.').some((part) => forbidden.has(part)) ? path : null;
}

/** Reads a template such as `deploy_{app}` or `{build.who.login|somebody}`; a sentence if it is not valid. */
export function readTemplate(text: string): Template | string {
  const parts: TemplatePart[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open === -1) return [...parts, rest];
    if (open > 0) parts.push(rest.slice(0, open));
    const close = rest.indexOf('}', open);
    if (close === -1) return `${JSON.stringify(text)} has a { without a }`;
    const choices = rest.slice(open + 1, close).split('|');
    const first = readPath(choices[0] ?? '');
    if (first === null) return `${JSON.stringify(choices[0] ?? '')} is not a path such as build.id`;
    const last = choices.length > 1 ? (choices.at(-1) as string) : null;
    const middle = choices.slice(1, -1).map(readPath);
    if (middle.includes(null)) return `${JSON.stringify(text)} has a path that is not valid`;
    parts.push({ paths: [first, ...middle.filter((path) => path !== null)], otherwise: last });
    rest = rest.slice(close + 1);
  }
  return parts;
}

/** Maps a body. */
export function mapJson(request: HookRequest): Mapped {
  const { json, hook } = request;
  const { mapping } = hook.options;
  if (mapping === null || json === undefined) return misread('the body is not JSON');
  const items = mapping.each === '' ? [json] : listAt(json, mapping.each);
  if (mapping.each !== '' && items.length === 0)
    return ignored(`the list ${mapping.each} is empty or missing`);
  if (items.length > maxItems) return misread(`the list ${mapping.each} has more than ${maxItems} items`);
  return together(items.map((item) => mapItem(item, json, mapping, request)));
}

function mapItem(item: unknown, body: unknown, mapping: JsonMapping, request: HookRequest): Mapped {
  const failed = mapping.when.find((condition) => !holds(condition, item, body));
  if (failed !== undefined) return ignored(`the condition on ${failed.path} does not hold`);
  const fill = (template: Template | null): string | null =>
    template === null ? null : filled(template, item, body);
  const type = fill(mapping.type);
  const description = fill(mapping.description);
  if (type === null || type.trim() === '') return misread('a value of the template of the type is missing');
  if (description === null || description.trim() === '') {
    return misread('a value of the template of the description is missing');
  }
  const given = fill(mapping.time);
  const time =
    mapping.time === null || given === null
      ? request.now
      : timeOf(/^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given);
  if (time === null)
    return misread('the time is neither a number of seconds or milliseconds nor a date with time');
  const [title = '', ...lines] = description.split('\n');
  const tags = mapping.tags.flatMap((template) => {
    const tag = fill(template);
    return tag === null ? [] : [pairOfTag(tag)];
  });
  return newEvent(request, {
    time,
    type: toTagWord(type),
    tags,
    description: describe(title, [], lines.join('\n')),
    key: fill(mapping.key),
    tool: request.hook.name,
  });
}

// Null if a value without a text in its place is missing.
function filled(template: Template, item: unknown, body: unknown): string | null {
  let text = '';
  for (const part of template) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const found = part.paths.map((path) => scalarText(look(path, item, body))).find((value) => value !== '');
    const value = found ?? part.otherwise;
    if (value === null) return null;
    text += value;
  }
  return text;
}

function look(path: string, item: unknown, body: unknown): unknown {
  return path.startsWith('^.') ? valueAt(body, path.slice(2)) : valueAt(item, path);
}

function holds({ path, values, exists }: JsonCondition, item: unknown, body: unknown): boolean {
  const value = look(path, item, body);
  if (exists !== null) return (value !== undefined && value !== null) === exists;
  return values?.some((one) => one === value) ?? true;
}

/** Reads the configuration; a sentence if it is not valid. */
export function readJsonMapping(options: Json): JsonMapping | string {
  const template = (name: string): Template | string | null => {
    const value = options[name];
    if (value === undefined || value === null) return null;
    const text = scalarText(value);
    const read = text === '' ? 'it is not a text' : readTemplate(text);
    return typeof read === 'string' ? `${name}: ${read}` : read;
  };
  const [time, type, description, key] = ['time', 'type', 'description', 'key'].map(template);
  const tags = tagTemplates(options['tags']);
  const when = readConditions(options['when']);
  const each = options['each'] === undefined ? '' : readPath(scalarText(options['each']));
  for (const part of [time, type, description, key, tags, when]) if (typeof part === 'string') return part;
  if (each === null) return 'each: expected the path of a list, such as alerts';
  if (!type || typeof type === 'string')
    return 'type: it is missing; expected a template such as deploy_{app}';
  if (!description || typeof description === 'string')
    return 'description: it is missing; expected a template such as "{app} {version}"';
  const isTemplate = (part: Template | string | null | undefined): part is Template => Array.isArray(part);
  return {
    each,
    when: typeof when === 'string' ? [] : when,
    time: isTemplate(time) ? time : null,
    type,
    description,
    tags: typeof tags === 'string' ? [] : tags,
    key: isTemplate(key) ? key : null,
  };
}

function tagTemplates(value: unknown): readonly Template[] | string {
  const texts = value === undefined || value === null ? [] : [value].flat();
  const templates: Template[] = [];
  for (const text of texts) {
    const read =
      typeof text === 'string' ? readTemplate(text) : 'expected a list of texts such as "env={env}"';
    if (typeof read === 'string') return `tags: ${read}`;
    templates.push(read);
  }
  return templates;
}

function readConditions(value: unknown): readonly JsonCondition[] | string {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) return 'when: expected paths and values, such as { build.ok: true }';
  const conditions: JsonCondition[] = [];
  for (const [name, wanted] of Object.entries(value)) {
    const path = readPath(name);
    if (path === null) return `when: ${JSON.stringify(name)} is not a path such as build.ok`;
    if (isObject(wanted)) {
      const { exists } = wanted;
      if (typeof exists !== 'boolean' || Object.keys(wanted).length > 1)
        return `when: ${name}: expected { exists: true } or a value`;
      conditions.push({ path, values: null, exists });
      continue;
    }
    const values = [wanted].flat();
    if (!values.every(isScalar)) return `when: ${name}: expected a value or a list of values`;
    conditions.push({ path, values, exists: null });
  }
  return conditions;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
