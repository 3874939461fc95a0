// The door of @anthracite/protocol.

export * from './client/client-error';
export * from './client/forwarder';
export * from './client/http-client';
export { type LineAddress, type LineReceipt, parseLineAddress, sendLines } from './client/line-client';
export * from './client/retry';
export { Spool, type SpooledLine } from './client/spool';
export * from './core';
export * from './time-expression';
