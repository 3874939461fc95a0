// Checks that a delivery comes from somebody who has the secret: by a signature of its bytes, or by the secret itself. All
// comparisons take constant time.

import { createHmac } from 'node:crypto';
import { readAuthorization } from '@anthracite/protocol/bridge';
import { hashSecret, isSameHash } from '../../access/secret';
import type { Hook, HookHeaders } from '../../hooks/hook';
import { kindsOfHooks, type Proof } from '../../hooks/kinds';

/** What a check needs. */
export interface Delivered {
  readonly hook: Hook;
  readonly headers: HookHeaders;
  readonly body: Uint8Array;
  /** The time of receipt in milliseconds since the epoch. */
  readonly now: number;
}

// A signed time may differ by this much from the clock of the server.
const maxSkewMs = 300_000;

/** True if a delivery proves one of the hook's secrets. Not for hooks with the proof `body`. */
export function isProven({ hook, headers, body, now }: Delivered): boolean {
  const prove = proofs[kindsOfHooks[hook.kind].proof];
  // Each secret is tried, so that the time does not tell which one fits.
  return hook.secrets.map((secret) => prove(secret, headers, body, hook, now)).includes(true);
}

/** True if two texts are equal. */
export function isSameText(given: string, right: string): boolean {
  return isSameHash(hashSecret(given), hashSecret(right));
}

type Prove = (secret: string, headers: HookHeaders, body: Uint8Array, hook: Hook, now: number) => boolean;

const proofs: Readonly<Record<Proof, Prove>> = {
  presented: (secret, headers, body, hook, now) =>
    presented(headers, hook).some((given) => isSameText(given, secret)) ||
    isStandard(secret, headers, body, now),
  body: () => false,
  github: (secret, headers, body) => {
    const right = hmac('sha256', secret, body).toString('hex');
    const plain = headers['x-gitea-signature'] ?? headers['x-forgejo-signature'] ?? '';
    return isSameText(headers['x-hub-signature-256'] ?? `sha256=${plain}`, `sha256=${right}`);
  },
  gitlab: (secret, headers, body, _hook, now) => {
    const given = headers['x-gitlab-token'];
    return (given !== undefined && isSameText(given, secret)) || isStandard(secret, headers, body, now);
  },
  grafana: (secret, headers, body, { options }, now) => {
    const given = headers[options.signatureHeader] ?? '';
    const timestamp = headers[options.timestampHeader];
    if (timestamp === undefined) return isSameText(given, hmac('sha256', secret, body).toString('hex'));
    const right = hmac('sha256', secret, Buffer.from(`${timestamp}:`), body).toString('hex');
    return isRecent(timestamp, now) && isSameText(given, right);
  },
  flux: (secret, headers, body) =>
    isSameText(headers['x-signature'] ?? '', `sha256=${hmac('sha256', secret, body).toString('hex')}`),
  sentry: (secret, headers, body) =>
    isSameText(headers['sentry-hook-signature'] ?? '', hmac('sha256', secret, body).toString('hex')),
  terraform: (secret, headers, body) =>
    isSameText(headers['x-tfe-notification-signature'] ?? '', hmac('sha512', secret, body).toString('hex')),
};

/** The scheme of Standard Webhooks: a signature of id, time and body; several signatures are separated by blanks. */
function isStandard(secret: string, headers: HookHeaders, body: Uint8Array, now: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers;
  if (id === undefined || timestamp === undefined || given === undefined || !isRecent(timestamp, now))
    return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const right = `v1,${hmac('sha256', key, Buffer.from(`${id}.${timestamp}.`, 'latin1'), body).toString('base64')}`;
  return given
    .split(' ')
    .map((one) => isSameText(one, right))
    .includes(true);
}

/** The secrets that a request presents: as Bearer, as name or password of basic authentication, or in the header of the kind. */
function presented(headers: HookHeaders, { kind }: Hook): string[] {
  const { tokenHeader } = kindsOfHooks[kind];
  const own = tokenHeader === undefined ? undefined : headers[tokenHeader];
  const given = readAuthorization(headers['authorization']);
  const secrets = own === undefined ? [] : [own];
  if (given?.scheme === 'bearer') secrets.push(given.text);
  if (given?.scheme === 'basic') {
    const colon = given.text.indexOf(':');
    if (colon !== -1) secrets.push(given.text.slice(0, colon), given.text.slice(colon + 1));
  }
  return secrets;
}

function hmac(algorithm: 'sha256' | 'sha512', key: string | Buffer, ...parts: readonly Uint8Array[]): Buffer {
  const sum = createHmac(algorithm, key);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

function isRecent(timestamp: string, now: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1_000 - now) <= maxSkewMs;
}
