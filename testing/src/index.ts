// The public interface of @anthracite/testing.

export * from './at-end';
export * from './certificates';
export * from './chef';
export * from './chromium';
export * from './condition';
export * from './damage';
export * from './docs-block';
export * from './exchange';
export * from './folders';
export * from './peers';
export * from './postgres';
export * from './program';
export * from './proxies';
export * from './quiet-port';
