// Entry point for browsers: the code that pages use to draw events. Loads no module of Node.js.

export type * from './api';
export { createMessageReader, type ServerMessage } from './client/server-messages';
export * from './duration';
export { bodyOf, type Event, eventLimits, type StoredEvent, titleOf } from './event';
export * from './event-group';
export * from './glob';
export { type Hit, hitsOf, parseSearch, type Search } from './search';
export * from './span/mark';
