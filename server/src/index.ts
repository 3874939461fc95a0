// The door of @anthracite/server: all of it.

export { type App, type AppOptions, createApp } from './app';
export { type Config, loadConfig, type SettingOrigin } from './config';
export * from './core';
export { type Log, type Logger, openLog } from './log';
export { ownedFolderPrefix, removeAbandonedFolders } from './owned-folder';
export { type RunningServer, serve } from './serve';
export { readEventFile, type UncheckedEvent } from './store/event-file';
export { type CheckOutcome, type CheckProgress, checkFile } from './store/integrity/check';
export { describeFinding, type Finding } from './store/integrity/findings';
