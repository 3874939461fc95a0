// Entry point of @anthracite/protocol/change: how changes of tools such as Puppet and Chef become events. Pure.

export * from './change-text';
export { parseChangeTime } from './change-time';
export { cleanText, cutText, toTagWord } from './clean-text';
export * from './name-patterns';
export * from './option-table';
export * from './run-history';
export * from './run-key';
export * from './secrets';
export * from './word-tags';
