// Creates, lists and revokes tokens.

import {
  formatTime,
  isJsonObject,
  type MadeToken,
  preview,
  type TokenEntry,
  type TokenList,
} from '@anthracite/protocol';
import { madeTokenSchema, newTokenSchema, tokenListSchema } from '@anthracite/protocol/api';
import type { FastifyInstance } from 'fastify';
import { tokenNameForm, tokenNameRule } from '../../../access/given-tokens';
import type { KeyringRefusal, Token } from '../../../access/keyring';
import { parseRoles, type Role, rolesRule } from '../../../access/role';
import { parseJsonBody } from '../request/json-body';
import { RequestError, type RequestErrorCode } from '../request/request-error';
import { json, route } from '../request/route-options';
import type { RouteContext } from './context';

const maxBodyBytes = 4_096;

const refusals: Readonly<Record<KeyringRefusal, RequestErrorCode>> = {
  NOT_FIRST: 'TOKEN_NEEDED',
  NAME_TAKEN: 'TOKEN_NAME_TAKEN',
  FIRST_NOT_ADMIN: 'FIRST_TOKEN_NOT_ADMIN',
  NOT_FOUND: 'TOKEN_NOT_FOUND',
  GIVEN: 'TOKEN_GIVEN',
  LAST_ADMIN: 'LAST_ADMIN_TOKEN',
};

/** Adds the routes. */
export function addTokenRoutes(app: FastifyInstance, { keyring, log }: RouteContext): void {
  const listing = route({
    id: 'listTokens',
    summary: 'Lists all tokens, without their secrets',
    needs: 'admin',
    answers: { 200: json(tokenListSchema, 'the valid tokens') },
  });
  app.get('/tokens', listing, (): TokenList => ({ tokens: keyring.tokens.map(toJson) }));

  app.post(
    '/tokens',
    {
      bodyLimit: maxBodyBytes,
      ...route({
        id: 'createToken',
        summary: 'Creates a token; only this answer contains its secret',
        needs: 'admin',
        changesState: true,
        makesTokens: true,
        body: { 'application/json': newTokenSchema },
        answers: { 201: json(madeTokenSchema, 'the token'), 409: 'a token with this name already exists' },
      }),
    },
    async (request, reply) => {
      const { name, roles } = parseBody(request.body as Buffer | undefined, request.headers['content-type']);
      const made = await keyring.create(name, roles, request.token);
      if (typeof made === 'string') throw RequestError.of(refusals[made], { value: preview(name) });
      log.info({ name, roles, by: request.token?.name ?? null, peer: request.ip }, 'token created');
      const answer: MadeToken = { name, roles, token: made.secret, first: made.isFirst };
      return reply.code(201).send(answer);
    },
  );

  app.delete<{ Params: { name: string } }>(
    '/tokens/:name',
    route({
      id: 'revokeToken',
      summary: 'Revokes a token immediately',
      needs: 'admin',
      changesState: true,
      answers: { 204: 'the token was revoked', 404: 'token not found' },
    }),
    async (request, reply) => {
      const { name } = request.params;
      const outcome = await keyring.revoke(name);
      if (outcome !== 'revoked') throw RequestError.of(refusals[outcome], { value: preview(name) });
      log.info({ name, by: request.token?.name ?? null, peer: request.ip }, 'token revoked');
      return reply.code(204).send();
    },
  );
}

function parseBody(
  body: Buffer | undefined,
  contentType: string | undefined,
): { name: string; roles: readonly Role[] } {
  const expected = 'a JSON object such as {"name": "grafana", "roles": ["read"]}';
  const refuse = (name: string, value: unknown, rule: string): RequestError =>
    RequestError.of('BAD_PARAMETER', {
      name,
      value: shown(value),
      expected: rule,
    });
  const given = parseJsonBody(body ?? Buffer.alloc(0), contentType, expected);
  if (!isJsonObject(given)) {
    throw RequestError.of('BAD_PARAMETER', { name: 'body', value: 'something else', expected });
  }
  const { name, roles, ...rest } = given;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw RequestError.of('UNKNOWN_PARAMETER', { name: preview(unknown), known: 'name, roles' });
  }
  if (typeof name !== 'string' || !tokenNameForm.test(name)) throw refuse('name', name, tokenNameRule);
  const parsed = Array.isArray(roles) ? parseRoles(roles.join()) : null;
  if (parsed === null) throw refuse('roles', roles, `a list of ${rolesRule}`);
  return { name, roles: parsed };
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? preview(value) : preview(JSON.stringify(value) ?? 'nothing');

function toJson({ name, roles, createdAt, lastUsedAt }: Token): TokenEntry {
  const asText = (time: number | null): string | null => (time === null ? null : formatTime(time, 'UTC'));
  return { name, roles, given: createdAt === null, created: asText(createdAt), lastUsed: asText(lastUsedAt) };
}
