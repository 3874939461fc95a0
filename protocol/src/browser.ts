// The door for pages: what browsers draw events with. Loads nothing of Node.js.

export * from './duration';
export { bodyOf, type Event, eventLimits, type StoredEvent, titleOf } from './event';
export * from './event-group';
export * from './span/mark';
