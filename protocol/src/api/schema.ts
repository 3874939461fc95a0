// Builds descriptions of JSON values: each is a JSON Schema (draft 2020-12) and a TypeScript type. Pure.

/** A part of a JSON Schema. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly items?: JsonSchema | false;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
}

/** The named schemas that a schema refers to, by their names. */
export type NamedSchemas = Readonly<Record<string, JsonSchema>>;

/** A description of values of type `T`. */
export interface Schema<T> {
  /** The schema; a reference if it has a name. */
  readonly json: JsonSchema;
  readonly named: NamedSchemas;
  /** Carries the type only; always undefined. */
  readonly wire?: T;
}

/** An optional field. */
export interface OptionalField<T> {
  readonly isOptional: true;
  readonly schema: Schema<T>;
}

/** The fields of an object, by their names. */
export type Fields = Readonly<Record<string, Schema<unknown> | OptionalField<unknown>>>;

/** The type that a schema describes. */
export type Wire<S> = S extends Schema<infer T> ? T : never;

type OptionalNames<F extends Fields> = {
  [Name in keyof F]: F[Name] extends OptionalField<unknown> ? Name : never;
}[keyof F];
type Shown<T> = { readonly [Name in keyof T]: T[Name] };
/** The type of an object with these fields. */
export type ObjectOf<F extends Fields> = Shown<
  { readonly [Name in Exclude<keyof F, OptionalNames<F>>]: Wire<F[Name]> } & {
    readonly [Name in OptionalNames<F>]?: F[Name] extends OptionalField<infer T> ? T : never;
  }
>;

/** An object's schema; other schemas can reuse its fields. */
export interface ObjectSchema<F extends Fields> extends Schema<ObjectOf<F>> {
  readonly fields: F;
}

const plain = <T>(json: JsonSchema, doc?: string): Schema<T> => ({
  json: doc === undefined ? json : { ...json, description: doc },
  named: {},
});

/** Text. */
export const text = (doc?: string): Schema<string> => plain({ type: 'string' }, doc);
/** A whole number. */
export const whole = (doc?: string): Schema<number> => plain({ type: 'integer' }, doc);
/** Any number. */
export const numeric = (doc?: string): Schema<number> => plain({ type: 'number' }, doc);
/** True or false. */
export const truth = (doc?: string): Schema<boolean> => plain({ type: 'boolean' }, doc);
/** An instant in milliseconds since the epoch. */
export const instant = (doc = 'milliseconds since the epoch'): Schema<number> => whole(doc);
/** An instant in ISO 8601. */
export const isoTime = (doc?: string): Schema<string> => plain({ type: 'string', format: 'date-time' }, doc);

/** One of several words or numbers. */
export function oneOf<const T extends string | number>(values: readonly T[], doc?: string): Schema<T> {
  return plain({ type: typeof values[0] === 'number' ? 'integer' : 'string', enum: values }, doc);
}

/** Exactly one value. */
export function only<const T extends string | boolean>(value: T, doc?: string): Schema<T> {
  return plain({ type: typeof value, const: value }, doc);
}

/** A value of the schema, or null. */
export function nullable<T>({ json, named }: Schema<T>): Schema<T | null> {
  const { description, ...rest } = json;
  const either =
    typeof rest.type === 'string'
      ? { ...rest, type: [rest.type, 'null'], ...(rest.enum && { enum: [...rest.enum, null] }) }
      : { anyOf: [rest, { type: 'null' }] };
  return { json: { ...either, ...(description !== undefined && { description }) }, named };
}

/** A list of values of the schema. */
export function list<T>({ json, named }: Schema<T>, doc?: string): Schema<readonly T[]> {
  return { ...plain<readonly T[]>({ type: 'array', items: json }, doc), named };
}

/** The schema, with the meaning of the field that has it. */
export function described<T>({ json, named }: Schema<T>, doc: string): Schema<T> {
  return { json: { ...json, description: doc }, named };
}

/** Two values. */
export function pair<A, B>(first: Schema<A>, second: Schema<B>): Schema<readonly [A, B]> {
  const json = { type: 'array', prefixItems: [first.json, second.json], items: false, minItems: 2 } as const;
  return { json, named: { ...first.named, ...second.named } };
}

/** A value of any of the schemas. */
export function either<S extends readonly Schema<unknown>[]>(...schemas: S): Schema<Wire<S[number]>> {
  return { json: { anyOf: schemas.map(({ json }) => json) }, named: namedOf(schemas) };
}

/** An optional field. */
export function optional<T>(schema: Schema<T>): OptionalField<T> {
  return { isOptional: true, schema };
}

/** An object, with a name that is unique among all schemas. */
export function object<F extends Fields>(name: string, doc: string, fields: F): ObjectSchema<F> {
  const schemas = Object.values(fields).map(schemaOf);
  const json: JsonSchema = {
    type: 'object',
    description: doc,
    properties: Object.fromEntries(
      Object.entries(fields).map(([field, schema]) => [field, schemaOf(schema).json]),
    ),
    required: Object.keys(fields).filter((field) => !isOptional(fields[field])),
  };
  return { fields, json: { $ref: referenceTo(name) }, named: { ...namedOf(schemas), [name]: json } };
}

/** The fields of an object, all of them optional. */
export function partial<F extends Readonly<Record<string, Schema<unknown>>>>(fields: F) {
  return Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, optional(schema)])) as {
    readonly [Name in keyof F]: OptionalField<Wire<F[Name]>>;
  };
}

const referenceStart = '#/components/schemas/';

/** The reference to a named schema within an OpenAPI document. */
export function referenceTo(name: string): string {
  return referenceStart + name;
}

/** The schema itself, after following its reference. */
export function resolved({ json, named }: Schema<unknown>): JsonSchema {
  return json.$ref === undefined ? json : (named[json.$ref.slice(referenceStart.length)] ?? {});
}

function isOptional(field: Fields[string] | undefined): field is OptionalField<unknown> {
  return field !== undefined && 'isOptional' in field;
}

function schemaOf(field: Fields[string]): Schema<unknown> {
  return isOptional(field) ? field.schema : field;
}

function namedOf(schemas: readonly Schema<unknown>[]): NamedSchemas {
  return Object.assign({}, ...schemas.map(({ named }) => named));
}
