// Accepts or refuses a request by its token and the needs of its route, before its body is read.

import { preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Keyring, Token } from '../../../access/keyring';
import { mayDo, type Need, type Role } from '../../../access/role';
import { RequestError } from '../request/request-error';
import { isDirectLoopback, isProxied } from './direct-loopback';
import { feedTokensOf } from './feed-token';
import { presentedSecrets } from './presented-secrets';
import type { TrustedProxies } from './trusted-proxies';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The needs of the route; every route declares them. */
    needs?: Need;
    /** True for the one route that creates tokens: the first token needs none, on the server's own machine. */
    makesTokens?: boolean;
  }
  interface FastifyRequest {
    /** The presented token if it is valid, even if the route needs none. */
    token: Token | null;
    /** The name of the person who signed in to a trusted proxy. */
    user: string | null;
    /** The roles of the token or of the person; null without any. */
    granted: readonly Role[] | null;
  }
}

/** The authentication schemes of a 401 answer, one header each. */
export const challenges = ['Bearer realm="anthracite"', 'Basic realm="anthracite", charset="UTF-8"'];

const neededRoles: Readonly<Partial<Record<Need, string>>> = {
  edit: 'read and write',
  feed: 'read or feed',
};

/** Adds the check to all routes that are added from now on. `userRoles` are the roles of persons whom a proxy names. */
export function addAccessCheck(
  app: FastifyInstance,
  keyring: Keyring,
  proxies: TrustedProxies,
  userRoles: readonly Role[],
): void {
  const underWay = new AnswersUnderWay(keyring);
  app.decorateRequest('token', null);
  app.decorateRequest('user', null);
  app.decorateRequest('granted', null);
  const check = (request: FastifyRequest, reply: FastifyReply): void => {
    const secrets = presentedSecrets(request.headers);
    request.token = secrets.length === 0 ? null : keyring.find(secrets);
    const inAddress = feedTokensOf(request.raw);
    if (inAddress.length > 0) {
      reply.header('Referrer-Policy', 'no-referrer');
      // URLs are stored in many places, so only a token with the role feed is accepted in them.
      const found = keyring.find(inAddress);
      if (found?.roles.includes('feed')) request.token ??= found;
    }
    if (request.token) underWay.add(request.token, reply);
    request.user = proxies.userOf(request);
    const ofUser = request.user !== null && userRoles.length > 0 ? userRoles : null;
    request.granted = request.token?.roles ?? ofUser;
    // Everybody may know that a path does not exist.
    if (request.is404) return;
    const { needs = 'admin', makesTokens } = request.routeOptions.config;
    if (makesTokens && keyring.isUnused) {
      refuseDistant(request);
      return;
    }
    const refusal = refusalOf(keyring, request, needs);
    if (refusal !== null) throw refusal;
    if (needs === 'read' && keyring.needsToken(needs)) refuseScript(request);
  };
  app.addHook('onRequest', (request, reply, done) => {
    const waiting = request.routeOptions.config.needs === 'nothing' ? null : keyring.whenCurrent();
    if (waiting === null) {
      check(request, reply);
      done();
      return;
    }
    waiting.then(() => check(request, reply)).then(() => done(), done);
  });
  app.addHook('onSend', ({ token, routeOptions }, { raw }, payload, done) => {
    // The token was revoked while the answer was prepared: the answer is not sent, and above all not streamed for
    // hours.
    const { needs } = routeOptions.config;
    if (token && (needs === 'read' || needs === 'feed') && !keyring.holds(token)) raw.destroy();
    done(null, payload);
  });
}

/** Why a request whose token was looked up may not do what needs a role; null if it may. */
export function refusalOf(keyring: Keyring, request: FastifyRequest, needs: Need): RequestError | null {
  const { token, user, granted, headers, raw } = request;
  if (!keyring.needsToken(needs)) {
    const isKnown = user !== null && mayDo(granted ?? [], needs);
    const isRefused = !isKnown && keyring.refusesProxied(needs) && isProxied(headers);
    return isRefused ? RequestError.of('PROXY_WITHOUT_TOKEN') : null;
  }
  if (granted === null) {
    const isPresented = presentedSecrets(headers).length + feedTokensOf(raw).length > 0;
    return RequestError.of(isPresented ? 'TOKEN_UNKNOWN' : 'TOKEN_NEEDED');
  }
  if (mayDo(granted, needs)) return null;
  const facts = { roles: granted.join(' and '), needed: neededRoles[needs] ?? needs };
  return token === null
    ? RequestError.of('USER_ROLE_NEEDED', { ...facts, name: preview(user ?? '') })
    : RequestError.of('ROLE_NEEDED', { ...facts, name: token.name });
}

function refuseDistant(request: FastifyRequest): void {
  if (!isDirectLoopback(request)) throw RequestError.of('FIRST_TOKEN_ELSEWHERE');
}

// A page of another site can load a script, and the browser sends the password that it remembers.
function refuseScript({ query }: FastifyRequest): void {
  const given = query as Readonly<Record<string, unknown>>;
  if (given['jsonp'] !== undefined || given['callback'] !== undefined) throw RequestError.of('JSONP_OFF');
}

/** Ends the streamed answers of a token when it is revoked. */
class AnswersUnderWay {
  readonly #answers = new Map<Token, Set<FastifyReply['raw']>>();

  constructor(keyring: Keyring) {
    keyring.onRevoked((token) => {
      for (const answer of this.#answers.get(token) ?? []) {
        // An answer that has not started may be the answer to the revocation itself.
        if (answer.headersSent) answer.destroy();
      }
    });
  }

  add(token: Token, { raw }: FastifyReply): void {
    let answers = this.#answers.get(token);
    if (!answers) {
      answers = new Set();
      this.#answers.set(token, answers);
    }
    answers.add(raw);
    raw.once('close', () => {
      answers.delete(raw);
      if (answers.size === 0 && this.#answers.get(token) === answers) this.#answers.delete(token);
    });
  }
}
