// Determines where something happened: in which environment, and in which service. Pure.

/** A place, from tags; empty lists when the tags do not name one. */
export interface Place {
  readonly envs: readonly string[];
  readonly services: readonly string[];
}

const envKey = 'env=';
const serviceKey = 'service=';

/** Whether a tag names a place. */
export function isPlaceTag(tag: string): boolean {
  return tag.startsWith(envKey) || tag.startsWith(serviceKey);
}

/** Reads the place from tags. */
export function placeFrom(tags: readonly string[]): Place {
  return {
    envs: tags.filter((tag) => tag.startsWith(envKey)),
    services: tags.filter((tag) => tag.startsWith(serviceKey)),
  };
}

/** A name for a place, the same for tags in any order; `''` when it names nothing. */
export function nameOfPlace({ envs, services }: Place): string {
  return [...envs, ...services].sort().join(' ');
}

/** Whether one place lies within another: for each key that the other names, the two share a value. */
export function liesIn(one: Place, other: Place): boolean {
  return shares(one.envs, other.envs) && shares(one.services, other.services);
}

function shares(own: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length === 0 || own.some((tag) => wanted.includes(tag));
}

/**
 * The keys under which a place is found by `agreeingKeys`: its values, or a placeholder when it names none, each also
 * in the general form. There are few, so that a search never has to look at places that do not agree.
 */
export function indexKeys({ envs, services }: Place): string[] {
  const parts = (tags: readonly string[]): readonly string[] => [...(tags.length === 0 ? [none] : tags), any];
  return parts(envs).flatMap((env) => parts(services).map((service) => `${env} ${service}`));
}

/** The keys of all places that agree with a place: they share a value of `env`, and of `service`, wherever both name one. */
export function agreeingKeys({ envs, services }: Place): string[] {
  const parts = (tags: readonly string[]): readonly string[] => (tags.length === 0 ? [any] : [...tags, none]);
  return parts(envs).flatMap((env) => parts(services).map((service) => `${env} ${service}`));
}

// No tag has this value.
const none = '-';
const any = '*';
