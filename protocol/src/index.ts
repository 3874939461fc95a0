// The door of @anthracite/protocol.

export * from './calendar';
export { rootOf } from './client/cause';
export * from './client/client-error';
export type { FollowOptions } from './client/event-feed';
export * from './client/forwarder';
export * from './client/http-answers';
export * from './client/http-client';
export { type LineAddress, type LineReceipt, parseLineAddress, sendLines } from './client/line-client';
export * from './client/retry';
export { Spool, type SpooledLine } from './client/spool';
export * from './client/token';
export * from './core';
export * from './event-json';
export * from './json-scan';
export * from './time-expression';
