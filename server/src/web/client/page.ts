// Runs on every page: shows times in the browser's time zone, completes types and tags in filters and forms, and adds the
// recent ranges, the share link, the menus and the keys that all pages have.

import { addCommonKeys } from './parts/common-keys';
import { completeWords } from './parts/completion';
import { closeMenus } from './parts/menus';
import { offerRecentRanges } from './parts/recent-ranges';
import { addShareLink } from './parts/share';
import { followZone } from './parts/zone';

followZone();
completeWords();
offerRecentRanges();
closeMenus();
addShareLink();
addCommonKeys();
