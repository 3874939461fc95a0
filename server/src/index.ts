// The only door of @anthracite/server.

export { type App, type AppOptions, createApp } from './app';
export { type Config, loadConfig, SettingError, type SettingOrigin } from './config';
export { createLogger, type Logger } from './log';
export { type RunningServer, serve } from './serve';
export { type SettingName, type Settings, settingNames, settingsTable, variableOf } from './settings';
export { StoreError } from './store/store-error';
export { type Address, formatAddress, ListenError } from './tcp/listener';
export { isLoopback } from './tcp/network-list';
