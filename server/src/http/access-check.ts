// Lets a request in or refuses it, by its token and what its route needs, before its body is read.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Keyring, Token } from '../access/keyring';
import { mayDo, type Need } from '../access/role';
import { isDirectLoopback, isProxied } from './direct-loopback';
import { presentedSecrets } from './presented-secrets';
import { RequestError } from './request-error';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route needs; every route says so. */
    needs?: Need;
    /** True for the one route that makes tokens: the first is made without one, on the server's own machine. */
    makesTokens?: boolean;
  }
  interface FastifyRequest {
    /** The token that was presented, if it is a good one, also where none is needed. */
    token: Token | null;
  }
}

/** What a client is told with status 401 that it may present, one header each. */
export const challenges = ['Bearer realm="anthracite"', 'Basic realm="anthracite", charset="UTF-8"'];

/** Adds the check to all routes that are added from now on. */
export function addAccessCheck(app: FastifyInstance, keyring: Keyring): void {
  const underWay = new AnswersUnderWay(keyring);
  app.decorateRequest('token', null);
  app.addHook('onRequest', async (request, reply) => {
    const secrets = presentedSecrets(request.headers);
    request.token = secrets.length === 0 ? null : keyring.find(secrets);
    if (request.token) underWay.add(request.token, reply);
    // Of what is nowhere, everybody may know that it is.
    if (request.is404) return;
    const { needs = 'admin', makesTokens } = request.routeOptions.config;
    if (makesTokens && keyring.isUnused) return refuseDistant(request);
    if (!keyring.needsToken(needs)) {
      if (keyring.refusesProxied(needs) && isProxied(request.headers)) {
        throw RequestError.of('PROXY_WITHOUT_TOKEN');
      }
      return;
    }
    if (request.token === null) {
      throw RequestError.of(secrets.length === 0 ? 'TOKEN_NEEDED' : 'TOKEN_UNKNOWN');
    }
    if (!mayDo(request.token.roles, needs)) {
      throw RequestError.of('ROLE_NEEDED', {
        name: request.token.name,
        roles: request.token.roles.join(' and '),
        needs: needs === 'edit' ? 'read and write' : needs,
      });
    }
    if (needs === 'read') refuseScript(request);
  });
  app.addHook('onSend', async ({ token, routeOptions }, { raw }, payload) => {
    // Revoked while the answer was being found: it is not told, and above all not for hours.
    if (token && routeOptions.config.needs === 'read' && !keyring.holds(token)) raw.destroy();
    return payload;
  });
}

function refuseDistant(request: FastifyRequest): void {
  if (!isDirectLoopback(request)) throw RequestError.of('FIRST_TOKEN_ELSEWHERE');
}

// A page of another site can load a script, and the browser presents the password that it remembers.
function refuseScript({ query }: FastifyRequest): void {
  const given = query as Readonly<Record<string, unknown>>;
  if (given['jsonp'] !== undefined || given['callback'] !== undefined) throw RequestError.of('JSONP_OFF');
}

/** Long answers that were asked for with a token end when it is revoked. */
class AnswersUnderWay {
  readonly #answers = new Map<Token, Set<FastifyReply['raw']>>();

  constructor(keyring: Keyring) {
    keyring.onRevoked((token) => {
      for (const answer of this.#answers.get(token) ?? []) {
        // What has not begun yet may be the answer to the revocation itself.
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
