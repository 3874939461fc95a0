// Entry point of @anthracite/protocol.

export type * from './api';
export * from './calendar';
export { rootOf } from './client/cause';
export * from './client/client-error';
export type { FollowOptions } from './client/event-feed';
export * from './client/forwarder';
export * from './client/http-answers';
export * from './client/http-client';
export { sendRequest, textOf, textWithin } from './client/http-request';
export {
  formatAddress,
  type LineAddress,
  type LineReceipt,
  parseLineAddress,
  sendLines,
} from './client/line-client';
export * from './client/retry';
export { Spool, type SpooledLine, type SpoolSuffix } from './client/spool';
export * from './client/target-client';
export * from './client/token';
export * from './core';
export * from './event-json';
export * from './json-scan';
export * from './span/fresh-key';
export * from './time-expression';
export * from './time-number';
export { canonicalZone, createWallClock, zoneDataInUse } from './wall-clock';
export { findSystemZones, useSystemZones, zoneWarning } from './zone/system-zones';
export { explainZone } from './zone/zone-names';
