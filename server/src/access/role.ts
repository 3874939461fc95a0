// The roles of tokens, and what each may do. Pure.

/** What a token may do. See `docs/access.md`. */
export const roles = ['read', 'write', 'admin'] as const;

export type Role = (typeof roles)[number];

/** What a route asks of whoever requests it. */
export type Need = Role | 'nothing';

/** Reads `read`, or several roles with commas between them. Null when a word is no role, or there is none. */
export function parseRoles(text: string): readonly Role[] | null {
  const words = text.split(',');
  return words.every((word) => roles.includes(word as Role))
    ? roles.filter((role) => words.includes(role))
    : null;
}

/** An admin may do everything; whoever may write may not read for it. */
export function mayDo(granted: readonly Role[], need: Need): boolean {
  return need === 'nothing' || granted.includes(need) || granted.includes('admin');
}
