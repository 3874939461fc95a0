// Defines the store that the rest of the server uses: it keeps events and answers queries about them.

import type { Storage } from '../storage/storage';
import type { Answers } from './answers';

/** A storage that also answers queries. */
export interface EventStore extends Storage, Answers {}
