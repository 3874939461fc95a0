// A tool with signed deliveries: the signature of the body replaces a token. The `toy` of this file shows what a new tool needs.

import { createHmac, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { RequestError } from '../../src/doors/http/request/request-error';
import { addToolRoutes } from '../../src/doors/http/routes/tools';
import type { Tool } from '../../src/doors/tools/tool';

const secret = 'the secret that both sides have';
const sign = (body: Buffer): string => createHmac('sha256', secret).update(body).digest('hex');
let taken: string[] = [];

const toy: Tool = {
  name: 'toy',
  summary: 'Takes what a toy says',
  paths: ['/toy'],
  needs: 'signature',
  isSigned: (body, headers) => {
    const given = Buffer.from(String(headers['x-toy-signature']), 'hex');
    const right = Buffer.from(sign(body.whole()), 'hex');
    return given.length === right.length && timingSafeEqual(given, right);
  },
  maxBytes: 1_000,
  options: {},
  answers: { 202: 'taken', 401: 'it is not signed' },
  take: async ({ body }) => {
    const text = body.whole().toString();
    if (text.startsWith('<')) return { kind: 'foreign', begin: text.slice(0, 1) };
    if (text === 'full') return { kind: 'full' };
    taken.push(text);
    return { kind: 'kept' };
  },
  busyAnswer: () => 'too_many',
  refuse: () => {},
  close: async () => {},
};

let app: FastifyInstance;
beforeEach(async () => {
  taken = [];
  app = Fastify();
  app.setErrorHandler((error: RequestError, _request, reply) =>
    reply.code(error.status).send({ code: error.code }),
  );
  addToolRoutes(app, [toy]);
  await app.ready();
});
afterEach(() => app.close());

async function post(body: string, signature = sign(Buffer.from(body))) {
  const headers = { 'x-toy-signature': signature, 'content-type': 'application/octet-stream' };
  const { statusCode, body: answer } = await app.inject({ method: 'POST', url: '/toy', headers, body });
  return [statusCode, JSON.parse(answer) as unknown];
}

test('accepts a signed body', async () => {
  expect(await post('hello')).toEqual([202, { status: 'accepted' }]);
  expect(taken).toEqual(['hello']);
});

test('refuses a body with a wrong signature or without one before the tool reads it', async () => {
  const other = sign(Buffer.from('hullo'));
  expect(await post('hello', other)).toEqual([401, { code: 'SIGNATURE_WRONG' }]);
  expect(await post('hello', '')).toEqual([401, { code: 'SIGNATURE_WRONG' }]);
  expect(taken).toEqual([]);
});

test("answers foreign messages and a full queue in the form that the tool's clients expect", async () => {
  expect(await post('<html>')).toEqual([400, { code: 'BODY_NOT_REPORT' }]);
  expect(await post('full')).toEqual([429, { code: 'MESSAGE_NOT_TAKEN' }]);
});
