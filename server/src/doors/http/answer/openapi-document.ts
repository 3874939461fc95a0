// The OpenAPI document, as far as this API uses it. Types only.

import type { JsonSchema, NamedSchemas } from '@anthracite/protocol/api';
import type { Need } from '../../../access/role';

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description?: string;
  readonly required?: true;
  readonly explode?: true;
  readonly schema: JsonSchema;
}

/** Media types and the schemas of their bodies. */
export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** An answer of an operation. */
export interface Response {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
}

/** A method of a path. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-needs': Need;
  readonly security: readonly Readonly<Record<string, readonly never[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

/** An OpenAPI 3.1 document, with the parts used here. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: NamedSchemas;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}
