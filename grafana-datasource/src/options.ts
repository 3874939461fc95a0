// The settings of a datasource.

import type { DataSourceJsonData } from '@grafana/data';
import { maxLimit } from './query/limit';

/** The settings that all users can see. */
export interface AnthraciteOptions extends DataSourceJsonData {
  /** Maximum number of events, and of spans, for queries without a limit; at most 10,000. */
  defaultLimit?: number;
  /** The address of the server as browsers reach it, for links to events; no links without it. */
  linkBase?: string;
  /** The settings of Grafana's own connection to the server. */
  tlsAuth?: boolean;
  tlsAuthWithCACert?: boolean;
  tlsSkipVerify?: boolean;
  /** Seconds. */
  timeout?: number;
}

/** The settings that Grafana does not send to browsers. */
export interface AnthraciteSecrets {
  /** A token with the role `read`. */
  token?: string;
  /** The password of a proxy in front of the server. */
  basicAuthPassword?: string;
}

/** The default limit: the number of marks that a graph can draw quickly. */
export const usualLimit = 1_000;

/** The limit of queries without a limit. */
export function defaultLimitOf({ defaultLimit }: AnthraciteOptions): number {
  // A provisioned value can be anything.
  const limit = Math.round(Number(defaultLimit));
  return limit >= 1 ? Math.min(maxLimit, limit) : usualLimit;
}

/** The base address of links to events, without a trailing slash; empty: no links. */
export function linkBaseOf({ linkBase = '' }: AnthraciteOptions): string {
  const address = linkBase.trim().replace(/\/+$/, '');
  return /^https?:\/\//i.test(address) ? address : '';
}
