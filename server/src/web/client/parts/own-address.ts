// Addresses of our own server. A proxy may serve it under a path such as /anthracite, which the page contains.

const base = document.documentElement.dataset['base'] ?? '';

/** The address of a path on our own server. */
export function ownAddress(path: string): string {
  return base + path;
}
