// The door of @anthracite/protocol/bridge: what the bridges of tools such as Puppet and Chef share.

export * from './mapping-thread';
export { presentsToken } from './presented-token';
export * from './report-listener';
