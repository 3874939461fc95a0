// Entry point of @anthracite/chef-handler.

export { isChefClient } from './client-kind';
export { DataCollector, mappingScript } from './data-collector';
export { hostOf } from './first-bytes';
export { type Mapped, mapMessage } from './map-message';
export { MessageRelay } from './message-relay';
export {
  defaultMappingOptions,
  type MappingOptions,
  mappingOptionNames,
  mappingOptions,
  readMappingOptions,
} from './options';
