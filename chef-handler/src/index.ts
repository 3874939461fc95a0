// The door of @anthracite/chef-handler.

export { DataCollector, type DataCollectorOptions, type MessageOutcome } from './data-collector';
export { type Mapped, mapMessage } from './map-message';
export { MessageRelay, type MessageRelayObserver, type MessageRelayOptions } from './message-relay';
export { defaultRunEventOptions, eventOfRun, type RunEventOptions, type RunKind } from './run-event';
export {
  type Message,
  parseMessage,
  type ResourceAction,
  type Run,
  type RunError,
  readRun,
} from './run-message';
