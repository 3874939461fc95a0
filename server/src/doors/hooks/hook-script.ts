// The worker thread that receives large deliveries, so that they do not delay the program. Started by a MappingThread.

import { serveMapping } from '@anthracite/protocol/bridge';
import { type DeliveryFacts, receive } from './reception';

serveMapping<DeliveryFacts>((body, facts) => receive(body, facts));
