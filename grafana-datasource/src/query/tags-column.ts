// The column with all tags of a row, separated by spaces, as a filter. Pure.

import type { AdHocVariableFilter } from '@grafana/data';

/** The key of the filter. */
export const tagsKey = 'tags';
/** The key, and the label, of tags without a value. */
export const tagKey = 'tag';

/** The filters of the tags of a row; other filters are unchanged. */
export function filtersOfTags(filter: AdHocVariableFilter): AdHocVariableFilter[] {
  if (filter.key !== tagsKey) return [filter];
  return tagsIn(filter.value).map((tag) => {
    const end = tag.indexOf('=');
    return end < 0
      ? { ...filter, key: tagKey, value: tag }
      : { ...filter, key: tag.slice(0, end), value: tag.slice(end + 1) };
  });
}

/** The tags in a cell of the column. */
export function tagsIn(cell: string): string[] {
  return cell.split(' ').filter((tag) => tag !== '');
}
