// The byte order mark at the start of a CSV file, by which Excel recognizes UTF-8.

import { flag } from '../request/parameter-kinds';

/** The parameter that requests the mark. */
export const markParameters = {
  bom: flag('1: start with a byte order mark, so that Excel reads the file as UTF-8'),
};

/** The start of a CSV file; `''` without a mark. */
export function byteOrderMark({ bom }: { readonly bom: boolean }): string {
  return bom ? '\ufeff' : '';
}
