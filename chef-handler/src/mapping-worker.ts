// The worker thread that maps messages. Started by a MappingThread.

import { serveMapping } from '@anthracite/protocol/bridge';
import { mapMessage } from './map-message';
import { defaultMappingOptions, type MappingOptions } from './options';

// A message on disk may be from a version without some options, so defaults are added.
serveMapping<Partial<MappingOptions>>((body, options) =>
  mapMessage(body, { ...defaultMappingOptions, ...options }),
);
