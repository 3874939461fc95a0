// Defines the roles of tokens and what each allows. Pure.

/** What a token allows. See `docs/access.md`. */
export const roles = ['read', 'write', 'admin', 'feed'] as const;

export type Role = (typeof roles)[number];

/**
 * What a route needs. `edit` needs both `read` and `write`, `feed` needs one of `read` and `feed`. `signature`: no
 * token, but a signed body, which the route checks. `hook`: what the hook needs, a signature, its secret or a token with `write`,
 * which the route checks.
 */
export type Need = Role | 'edit' | 'signature' | 'hook' | 'nothing';

/** The rule for roles, for error sentences. */
export const rolesRule = 'read, write and admin, or feed alone';

/**
 * Parses `read`, or several roles separated by commas. Null when a word is not a role, when the list is empty, or when
 * `feed` is not alone: feed tokens are part of URLs.
 */
export function parseRoles(text: string): readonly Role[] | null {
  const words = text.split(',');
  const isKnown = words.every((word) => roles.includes(word as Role));
  return isKnown && (!words.includes('feed') || words.length === 1)
    ? roles.filter((role) => words.includes(role))
    : null;
}

/** Whether roles allow a need. `admin` allows everything; `write` allows neither reading nor changing stored events. */
export function mayDo(granted: readonly Role[], need: Need): boolean {
  if (need === 'nothing' || need === 'signature' || need === 'hook' || granted.includes('admin')) return true;
  if (need === 'edit') return granted.includes('read') && granted.includes('write');
  if (need === 'feed') return granted.includes('read') || granted.includes('feed');
  return granted.includes(need);
}
