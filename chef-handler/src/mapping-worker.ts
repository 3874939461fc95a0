// The thread that reads big messages. Run by the mapping thread only.

import { serveMapping } from '@anthracite/protocol/bridge';
import { mapMessage } from './map-message';
import type { RunEventOptions } from './run-event';

serveMapping<RunEventOptions>((body, options) => mapMessage(body, options));
