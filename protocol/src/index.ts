// The only door of @anthracite/protocol.

export * from './client/client-error';
export * from './client/http-client';
export { type LineAddress, type LineReceipt, parseLineAddress, sendLines } from './client/line-client';
export * from './client/retry';
export * from './event';
export * from './graphite';
export * from './line';
export * from './problem';
export * from './time-expression';
