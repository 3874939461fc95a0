// The only door of @anthracite/protocol.

export * from './event';
export * from './graphite';
export * from './line';
export * from './problem';
export * from './time-expression';
