// API schemas: tokens.

import { isoTime, list, nullable, object, oneOf, text, truth, type Wire } from './schema';

const name = text('name of the token');
const roles = list(oneOf(['read', 'write', 'admin', 'feed']), 'what the token allows');

const tokenSchema = object('Token', 'A token, without its secret.', {
  name,
  roles,
  given: truth(
    'true for a token from ANTHRACITE_TOKENS or the setting tokens-file, false for a token that was created later',
  ),
  created: nullable(isoTime('when the token was created; null if `given` is true')),
  lastUsed: nullable(
    isoTime('when the token was last used since the server started; null if it was not used'),
  ),
});
export type TokenEntry = Wire<typeof tokenSchema>;

export const tokenListSchema = object('TokenList', 'The valid tokens.', {
  tokens: list(tokenSchema, 'the tokens'),
});
export type TokenList = Wire<typeof tokenListSchema>;

export const newTokenSchema = object('NewToken', 'A token to create.', { name, roles });

export const madeTokenSchema = object(
  'MadeToken',
  'A new token. Only this answer contains the secret of the token.',
  {
    name,
    roles,
    token: text('the secret that clients send'),
    first: truth('true for the first token of the server'),
  },
);
export type MadeToken = Wire<typeof madeTokenSchema>;
