// Lists all routes: what each needs, and which methods a path has.

import type { Need } from '../../../access/role';

/** A route as it was added. */
export interface Route {
  readonly methods: readonly string[];
  /** Its path, with `:name` for variable parts. */
  readonly url: string;
  readonly needs: Need;
}

export class RouteTable {
  readonly #routes: (Route & { readonly path: RegExp })[] = [];

  /** Adds a route. Throws when it does not declare its needs, so that no route is open by accident. */
  add(method: string | readonly string[], url: string, needs: Need | undefined): void {
    const methods = [method].flat();
    if (needs === undefined) {
      throw new Error(
        `the route ${methods.join()} ${url} does not say what it needs: { config: { needs: ... } }`,
      );
    }
    const path = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.]/g, '\\.')));
    this.#routes.push({ methods, url, needs, path: new RegExp(`^${path.join('/')}$`) });
  }

  /** All routes, in the order in which they were added. */
  get all(): readonly Route[] {
    return this.#routes;
  }

  /** The methods of a path; empty when nothing is there. */
  methodsOf(path: string): string[] {
    const found = this.#routes.filter((route) => route.path.test(path));
    return [...new Set(found.flatMap(({ methods }) => methods))].sort();
  }
}
