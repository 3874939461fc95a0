// The roles of tokens, and what each may do. Pure.

/** What a token may do. See `docs/access.md`. */
export const roles = ['read', 'write', 'admin'] as const;

export type Role = (typeof roles)[number];

/** What a route asks of whoever requests it. `edit` asks for both `read` and `write`. */
export type Need = Role | 'edit' | 'nothing';

/** Reads `read`, or several roles with commas between them. Null when a word is no role, or there is none. */
export function parseRoles(text: string): readonly Role[] | null {
  const words = text.split(',');
  return words.every((word) => roles.includes(word as Role))
    ? roles.filter((role) => words.includes(role))
    : null;
}

/** An admin may do everything; whoever may write may not read for it, nor change what is there. */
export function mayDo(granted: readonly Role[], need: Need): boolean {
  if (need === 'nothing' || granted.includes('admin')) return true;
  if (need === 'edit') return granted.includes('read') && granted.includes('write');
  return granted.includes(need);
}
