// Entry point for threads that read and write events: it loads no code for the network or the file system.

export * from './binary-search';
export * from './duration';
export * from './event';
export * from './event-group';
export * from './event-key';
export * from './glob';
export * from './graphite';
export * from './line';
export * from './problem';
export * from './search';
export * from './span/mark';
export * from './span/meaning-warnings';
export * from './span/span';
