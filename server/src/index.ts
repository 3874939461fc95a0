// The only door of @anthracite/server.

export type { GivenToken } from './access/given-tokens';
export { isLoopback } from './access/network-list';
export { parseRoles, type Role, roles } from './access/role';
export { type App, type AppOptions, createApp } from './app';
export { type Config, loadConfig, SettingError, type SettingOrigin } from './config';
export { type ListFormat, listFormatNames, listFormats } from './formats/registry';
export { createLogger, type Logger } from './log';
export { type RunningServer, serve } from './serve';
export { type SettingName, type Settings, settingNames, settingsTable, variableOf } from './settings';
export { readEventFile, type UncheckedEvent } from './store/event-file';
export { StoreError } from './store/store-error';
export { LineSplitter } from './tcp/line-splitter';
export { type Address, formatAddress, ListenError } from './tcp/listener';
