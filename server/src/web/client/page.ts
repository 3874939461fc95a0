// On every page: shows times in the browser's time zone, and completes what is typed into filters and forms.

import { completeWords } from './parts/completion';
import { followZone } from './parts/zone';

followZone();
completeWords();
