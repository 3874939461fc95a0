// Warns of types that do not exist: an empty result would look as if nothing had happened.

import {
  ClientError,
  type HttpClient,
  isPlainName,
  markSuffixes,
  noRetry,
  type Patience,
  preview,
} from '@anthracite/protocol';
import { distance } from 'fastest-levenshtein';
import type { Environment } from './environment';

const maxTypes = 1_000;
// A hint is not worth a long wait: the result is the same without it.
const patience: Patience = { timeoutMs: 1_000, retry: noRetry };
const suffixForm = new RegExp(`(?:${Object.keys(markSuffixes).join('|')})$`);

/**
 * Looks up the types of a filter, except patterns and excluded types, and warns of those that do not exist. `isStem`: they are
 * stems, whose types have a suffix. Writes nothing if the server does not answer soon: the command itself reports that.
 */
export async function warnOfUnknownTypes(
  client: HttpClient,
  types: readonly string[] = [],
  environment: Environment,
  isStem = false,
): Promise<void> {
  try {
    for (const type of types) {
      if (!isPlainName(type) || (await isKnown(client, type, isStem))) continue;
      const similar = await findSimilar(client, type, isStem);
      const hint = similar === null ? '' : `; did you mean ${preview(similar)}?`;
      environment.stderr.write(`unknown type ${preview(type)}${hint}\n`);
    }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
  }
}

async function isKnown(client: HttpClient, type: string, isStem: boolean): Promise<boolean> {
  const { usages } = await client.types(type, maxTypes, patience);
  return usages.some(({ name }) => name === type || (isStem && name.startsWith(`${type}_`)));
}

async function findSimilar(client: HttpClient, type: string, isStem: boolean): Promise<string | null> {
  const { usages } = await client.types('', maxTypes, patience);
  const names = usages.map(({ name }) => (isStem ? name.replace(suffixForm, '') : name));
  const [best] = names
    .map((name) => ({ name, distance: distance(name, type) }))
    .sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= type.length / 3 ? best.name : null;
}
