// What is set up for a datasource.

import type { DataSourceJsonData } from '@grafana/data';

/** What everybody may see of a datasource's settings. */
export interface AnthraciteOptions extends DataSourceJsonData {
  /** At most so many events and spans, for queries that do not say. */
  defaultLimit?: number;
  /** The address of the server as browsers know it, for links; without one there are no links to events. */
  linkBase?: string;
}

/** What Grafana keeps to itself. */
export interface AnthraciteSecrets {
  /** A token with the role `read`. */
  token?: string;
}

/** How many marks a graph takes without growing slow. */
export const usualLimit = 1_000;

/** The address that links to events begin with, without a slash at its end; empty for none. */
export function linkBaseOf({ linkBase = '' }: AnthraciteOptions): string {
  const address = linkBase.trim().replace(/\/+$/, '');
  return /^https?:\/\//i.test(address) ? address : '';
}
