// Entry point of @anthracite/protocol/bridge: shared code of the bridges of tools such as Puppet and Chef.

export * from './arrival-room';
export * from './authorization';
export * from './body-decoder';
export * from './bridge-flags';
export * from './bridge-program';
export * from './leftover-body';
export { MappingThread, type MappingThreadOptions, UnmappableReport } from './mapping-thread';
export { presentsToken } from './presented-token';
export * from './report-body';
export * from './report-listener';
export * from './run-history-folder';
export { serveMapping } from './serve-mapping';
export * from './spooled-queue';
export * from './spooled-sender';
export type { ReportOrigin, WaitingReport } from './waiting/report-file';
export * from './waiting/report-queue';
