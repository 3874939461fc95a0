// The door of @anthracite/protocol/bridge: what the bridges of tools such as Puppet and Chef share.

export * from './body-decoder';
export * from './bridge-flags';
export * from './bridge-program';
export * from './mapping-thread';
export { presentsToken } from './presented-token';
export * from './report-listener';
export * from './spooled-sender';
