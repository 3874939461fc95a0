// The thread that reads big messages. Run by the mapping thread only.

import { serveMapping } from '@anthracite/protocol/bridge';
import { mapMessage } from './map-message';
import type { MappingOptions } from './options';

serveMapping<MappingOptions>((body, options) => mapMessage(body, options));
