// The schemas of the HTTP API's requests and responses: each is a JSON Schema and a TypeScript type.

export * from './annotation';
export * from './counts';
export * from './event';
export * from './history';
export * from './hooks';
export * from './names';
export * from './operation';
export * from './rejects';
export * from './report';
export * from './retention';
export * from './schema';
export * from './shape';
export * from './span';
export * from './suspects';
export * from './targets';
export * from './tokens';
