// Entry point for commands that talk to a server without being one. Loads no listener, no database and no log.

export type { GivenToken } from './access/given-tokens';
export { isLoopback } from './access/network-list';
export { parseRoles, type Role, roles, rolesRule } from './access/role';
export { LineSplitter } from './doors/tcp/line-splitter';
export { type Address, ListenError, type PassedSockets } from './doors/tcp/listener';
export { type ListFormat, listFormatNames, listFormats } from './formats/registry';
export { eventsOf as eventsOfAnnotation, readAnnotation } from './hooks/grafana-annotation';
export { isPostgresAddress, shownDatabase } from './postgres-address';
export { type Coverage, maintenanceModes } from './report/coverage';
export type { DeliveryFigures } from './report/delivery';
export type { GainFigures, IncidentFigures } from './report/incident-figures';
export { type ReportPeriod, reportPeriods } from './report/period';
export type { Part, PeriodPart, Report } from './report/report';
export type { Summary } from './report/summary';
export { SettingError } from './setting-error';
export { type SettingName, type Settings, settingNames, settingsTable, variableOf } from './settings';
export { StoreError } from './storage/store-error';
export { readYamlFile } from './yaml-file';
