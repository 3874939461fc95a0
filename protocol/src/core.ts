// The door for threads that read and write events and know no clock and no network: it loads nothing more.

export * from './duration';
export * from './event';
export * from './event-group';
export * from './glob';
export * from './graphite';
export * from './line';
export * from './problem';
export * from './search';
export * from './span/mark';
export * from './span/span';
