// The door of @anthracite/chef-handler.

export { defaultRunEventOptions, eventOfRun, type RunEventOptions, type RunKind } from './run-event';
export {
  type Message,
  parseMessage,
  type ResourceAction,
  type Run,
  type RunError,
  readRun,
} from './run-message';
