// API schemas: tokens.

import { isoTime, list, nullable, object, oneOf, text, truth, type Wire } from './schema';

const name = text();
const roles = list(oneOf(['read', 'write', 'admin', 'feed']));

const tokenSchema = object('Token', 'A token, without its secret.', {
  name,
  roles,
  given: truth('true for a token of the settings, false for a token that was created later'),
  created: nullable(isoTime()),
  lastUsed: nullable(isoTime('time of the last use since the server started')),
});
export type TokenEntry = Wire<typeof tokenSchema>;

export const tokenListSchema = object('TokenList', 'The valid tokens.', { tokens: list(tokenSchema) });
export type TokenList = Wire<typeof tokenListSchema>;

export const newTokenSchema = object('NewToken', 'A token to create.', { name, roles });

export const madeTokenSchema = object('MadeToken', 'A new token. Its secret is shown only once.', {
  name,
  roles,
  token: text('the secret'),
  first: truth('true for the first token of the server'),
});
export type MadeToken = Wire<typeof madeTokenSchema>;
