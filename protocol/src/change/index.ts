// The door of @anthracite/protocol/change: how the changes of tools such as Puppet and Chef are told. Pure.

export * from './change-text';
export { parseChangeTime } from './change-time';
export { cleanText, cutText, toTagWord } from './clean-text';
export * from './name-patterns';
export * from './option-table';
export { maskSecrets } from './secrets';
