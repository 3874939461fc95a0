// Runs on every page: shows times in the browser's time zone, and completes types and tags in filters and forms.

import { completeWords } from './parts/completion';
import { followZone } from './parts/zone';

followZone();
completeWords();
