// Reads values from JSON that other programs wrote. Pure. Only own fields are read, so `__proto__` names nothing.

/** A JSON object of unknown content. */
export type Json = Readonly<Record<string, unknown>>;

/** True for a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path such as `deployment.creator.login`; undefined if a part is missing. */
export function valueAt(json: unknown, path: string): unknown {
  let value: unknown = json;
  for (const name of path.split('.')) {
    if (Array.isArray(value)) value = /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined;
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** The object at a path; an empty one without it. */
export function objectAt(json: unknown, path: string): Json {
  const value = valueAt(json, path);
  return isObject(value) ? value : {};
}

/** The list at a path; an empty one without it. */
export function listAt(json: unknown, path: string): readonly unknown[] {
  const value = valueAt(json, path);
  return Array.isArray(value) ? value : [];
}

/** The text at a path; `''` without it. */
export function textAt(json: unknown, path: string): string {
  const value = valueAt(json, path);
  return typeof value === 'string' ? value : '';
}

/** The first text of some paths that is not empty. */
export function firstTextAt(json: unknown, ...paths: readonly string[]): string {
  for (const path of paths) {
    const found = textAt(json, path);
    if (found.trim() !== '') return found;
  }
  return '';
}

/** A text, number or truth value as text; `''` for anything else. */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** The scalar value at a path as text. */
export function scalarAt(json: unknown, path: string): string {
  return scalarText(valueAt(json, path));
}
