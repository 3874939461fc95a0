// The door of @anthracite/chef-handler.

export {
  DataCollector,
  type DataCollectorOptions,
  type MessageOutcome,
  type ReceivedMessage,
} from './data-collector';
export { type Mapped, mapMessage } from './map-message';
export { MessageRelay, type MessageRelayObserver, type MessageRelayOptions } from './message-relay';
export {
  defaultMappingOptions,
  type MappingOptionName,
  type MappingOptions,
  mappingOptionNames,
  mappingOptions,
  readMappingOptions,
} from './options';
export { eventOfRun } from './run-event';
export {
  type Message,
  parseMessage,
  type ResourceAction,
  type Run,
  type RunError,
  readRun,
} from './run-message';
