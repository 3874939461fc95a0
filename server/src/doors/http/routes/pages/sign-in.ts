// GET and POST /sign-in, POST /sign-out: people sign in with a token, which is kept in a cookie.

import type { FastifyInstance } from 'fastify';
import { signInPage } from '../../../../web/sign-in-page';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { parseFormBody } from '../../request/form-body';
import { text } from '../../request/parameter-kinds';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import { ownPage, setSignedIn } from '../../security/signing-in';
import type { RouteContext } from '../context';

const parameters = { to: text('path of the page to open after signing in') };

/** Adds the routes. */
export function addSignIn(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { keyring, clock, log, settings } = context;

  const form = route({
    id: 'getSignInPage',
    summary: 'Returns the form to sign in with a token',
    needs: 'nothing',
    query: parameters,
    answers: { 200: page() },
  });
  app.get('/sign-in', form, (request, reply) => {
    const given = new Parameters([request.query], clock(), settings['time-zone']);
    const to = ownPage(given.read(parameters).to ?? '');
    return sendPage(
      request,
      reply,
      signInPage(frameOf(request, pages), { to, message: null, isRefused: false }),
    );
  });

  const signingIn = route({
    id: 'signIn',
    summary: 'Signs in: sets a cookie with the token',
    needs: 'nothing',
    changesState: true,
    answers: { 303: 'the browser is signed in', 400: 'the form again, because the token is not valid' },
  });
  app.post('/sign-in', signingIn, (request, reply) => {
    const fields = parseFormBody(request);
    const secret = fields.text('token').trim();
    const to = ownPage(fields.text('to'));
    const token = secret === '' ? null : keyring.find([secret]);
    if (token === null) {
      const { message } = RequestError.of('TOKEN_UNKNOWN');
      const view = { to, message: secret === '' ? 'enter a token' : message, isRefused: true };
      return sendPage(request, reply.code(400), signInPage(frameOf(request, pages), view));
    }
    log.info({ name: token.name, peer: request.ip }, 'signed in');
    setSignedIn(request, reply, secret);
    return reply.redirect(to, 303);
  });

  const signingOut = route({
    id: 'signOut',
    summary: 'Signs out: deletes the cookie',
    needs: 'nothing',
    changesState: true,
    answers: { 303: 'the browser is signed out' },
  });
  app.post('/sign-out', signingOut, (request, reply) => {
    setSignedIn(request, reply, null);
    return reply.redirect('/sign-in', 303);
  });
}
