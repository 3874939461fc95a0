// Receives a delivery: checks its signature, parses it, and maps it. The same code runs in the main thread for small bodies and in
// the mapping thread for large ones. No state.

import { isUtf8 } from 'node:buffer';
import { scanJson } from '@anthracite/protocol';
import { type Hook, type HookHeaders, ignored, type Mapped } from '../../hooks/hook';
import { kindsOfHooks } from '../../hooks/kinds';
import { dedupKey } from '../../hooks/pagerduty';
import { textAt } from '../../hooks/payload';
import { isProven, isSameText } from './proofs';

/** A delivery, without its body. */
export interface DeliveryFacts {
  /** The hooks that it may be for, by its path: one, except for an imitated API. */
  readonly hooks: readonly Hook[];
  readonly headers: HookHeaders;
  readonly path: string;
  /** True if the sender presented a token that may write. */
  readonly hasToken: boolean;
  /** True for a trial, which needs no secret. */
  readonly isTrial?: true;
  readonly now: number;
}

/** The result. `hook` is the index of the hook that was meant. */
export type Reception =
  | { readonly kind: 'unproven' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unreadable'; readonly hook: number; readonly why: string }
  | { readonly kind: 'mapped'; readonly hook: number; readonly mapped: Mapped; readonly dedupKey: string };

const maxDepth = 64;

/** Receives a delivery. */
export function receive(body: Uint8Array, facts: DeliveryFacts): Reception {
  const { hooks, headers, path, now } = facts;
  const first = hooks[0] as Hook;
  const kind = kindsOfHooks[first.kind];
  let index = -1;
  if (facts.isTrial) index = 0;
  else if (kind.proof !== 'body') {
    index = hooks.findIndex((hook) =>
      hook.secrets.length === 0 ? facts.hasToken : isProven({ hook, headers, body, now }),
    );
    if (index === -1) return { kind: 'unproven' };
  }
  const { isForeign, unwanted } = kind;
  if (isForeign?.(headers)) return { kind: 'foreign' };
  const known = hooks[Math.max(index, 0)] as Hook;
  const why = unwanted?.({ headers, hook: known }) ?? null;
  if (why !== null) {
    return { kind: 'mapped', hook: index, dedupKey: '', mapped: ignored(why) };
  }
  const read = readBody(body, headers, kind.takesText === true);
  if (!read.ok) return { kind: 'unreadable', hook: Math.max(index, 0), why: read.why };
  if (kind.proof === 'body' && !facts.isTrial) {
    const given = textAt(read.json, 'routing_key');
    index = hooks.findIndex(({ secrets }) =>
      secrets.map((secret) => isSameText(given, secret)).includes(true),
    );
    if (index === -1) return { kind: 'unproven' };
  }
  const hook = hooks[index] as Hook;
  const mapped = kind.map({ headers, path, json: read.json, text: read.text, hook, now });
  return {
    kind: 'mapped',
    hook: index,
    mapped,
    dedupKey: hook.kind === 'pagerduty' ? dedupKey(read.json, now) : '',
  };
}

type ReadBody =
  | { readonly ok: true; readonly json: unknown; readonly text: string }
  | { readonly ok: false; readonly why: string };

function readBody(body: Uint8Array, headers: HookHeaders, takesText: boolean): ReadBody {
  if (!isUtf8(body)) return { ok: false, why: 'the body is not valid UTF-8' };
  const whole = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  const isForm = (headers['content-type'] ?? '')
    .toLowerCase()
    .startsWith('application/x-www-form-urlencoded');
  const text = isForm ? (new URLSearchParams(whole).get('payload') ?? whole) : whole;
  if (scanJson(text, { maxDepth, takesDuplicateKeys: true }) !== null) {
    return { ok: false, why: `the JSON is nested deeper than ${maxDepth} levels` };
  }
  try {
    return { ok: true, json: JSON.parse(text) as unknown, text };
  } catch {
    if (takesText) return { ok: true, json: undefined, text };
    return { ok: false, why: text.trim() === '' ? 'the body is empty' : 'the body is not JSON' };
  }
}
