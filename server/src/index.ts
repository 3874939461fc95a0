// Entry point of @anthracite/server: everything.

export { type App, type AppOptions, createApp } from './app';
export { type Config, loadConfig, type SettingOrigin } from './config';
export * from './core';
export { type HookTrial, tryHook } from './doors/hooks/trial';
export type { Hook } from './hooks/hook';
export { type Log, type Logger, openLog } from './log';
export { ownedFolderPrefix, removeAbandonedFolders } from './owned-folder';
export { type RunningServer, serve } from './serve';
export type { Finding } from './storage/integrity';
export {
  backUpDatabase,
  type DatabaseCopy,
  type RestoredDatabase,
  restoreDatabase,
} from './storage/sqlite/file/backup';
export { type CompactedDatabase, compactDatabase } from './storage/sqlite/file/compact';
export { readEventFile, type UncheckedEvent } from './storage/sqlite/file/event-file';
export { type CheckOutcome, type CheckProgress, checkFile } from './storage/sqlite/integrity/check';
export { describeFinding } from './storage/sqlite/integrity/findings';
export type { Target } from './targets/target';
