// Lists all supported tools.

import { type ChefOptions, openChef } from './chef';
import { openPuppet } from './puppet';
import type { Tool } from './tool';

/** Opens all tools. Rejects with the error of the file system. */
export async function openTools(options: ChefOptions): Promise<readonly Tool[]> {
  return [await openChef(options), await openPuppet(options)];
}
