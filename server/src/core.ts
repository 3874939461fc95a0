// The door for commands that speak to a server and are none: it loads no listener, no database and no log.

export type { GivenToken } from './access/given-tokens';
export { isLoopback } from './access/network-list';
export { parseRoles, type Role, roles } from './access/role';
export { type ListFormat, listFormatNames, listFormats } from './formats/registry';
export type { DeliveryFigures } from './report/deployments';
export type { GainFigures, IncidentFigures } from './report/incident-figures';
export { type ReportPeriod, reportPeriods } from './report/period';
export type { Part, PeriodPart, Report } from './report/report';
export type { Summary } from './report/summary';
export { SettingError } from './setting-error';
export { type SettingName, type Settings, settingNames, settingsTable, variableOf } from './settings';
export { StoreError } from './store/store-error';
export { LineSplitter } from './tcp/line-splitter';
export { type Address, formatAddress, ListenError } from './tcp/listener';
