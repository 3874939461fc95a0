// Rules of Grafana and its catalog for a datasource's plugin.json, for the fields of a datasource without a backend.
// Pure. Follows the published schema of plugin.json and the catalog's validator.

import type { PluginRoute } from './datasource-proxy';

/** The required form of a value: a type, a pattern, one of several texts, a list, or an object with exactly these fields. */
type Rule =
  | 'text'
  | 'boolean'
  | 'any'
  | RegExp
  | readonly string[]
  | { readonly listOf: Rule; readonly atLeast?: number }
  | { readonly fields: Readonly<Record<string, Rule>>; readonly required?: readonly string[] };

const url = /^https?:\/\/[^\s/]+/;
const path = /^(?!\.{0,2}\/)(?!.*\/\.\.\/)[\w./-]+$/;
const comparator = String.raw`(?:[<>]=?|=)?\d+\.\d+(?:\.\d+)?(?:-\d+)?`;

const pluginJson: Rule = {
  required: ['type', 'name', 'id', 'info', 'dependencies'],
  fields: {
    $schema: 'text',
    type: ['datasource'],
    name: /^\S(?:.*\S)?$/,
    id: /^[0-9a-z]+-[0-9a-z]+-datasource$/,
    metrics: 'boolean',
    logs: 'boolean',
    annotations: 'boolean',
    multiValueFilterOperators: 'boolean',
    streaming: 'boolean',
    category: ['tsdb', 'logging', 'cloud', 'tracing', 'profiling', 'sql', 'enterprise', 'iot', 'other'],
    queryOptions: { fields: { maxDataPoints: 'boolean', minInterval: 'boolean', cacheTimeout: 'boolean' } },
    buildMode: 'text',
    includes: {
      listOf: {
        required: ['type', 'name', 'path'],
        fields: { type: ['dashboard'], name: 'text', path, uid: 'text' },
      },
    },
    routes: {
      listOf: {
        required: ['path'],
        fields: {
          path: /^(?![./])/, // an empty path is for locks only
          method: /^[A-Z]+$/, // compared exactly, so a list of several never matches
          url,
          reqRole: ['Viewer', 'Editor', 'Admin'],
          headers: { listOf: { required: ['name', 'content'], fields: { name: 'text', content: 'text' } } },
        },
      },
    },
    info: {
      required: ['author', 'links', 'logos', 'version', 'updated', 'keywords', 'description'],
      fields: {
        author: { required: ['name', 'url'], fields: { name: /\S/, email: /@/, url } },
        build: 'any',
        description: /\S/,
        keywords: { listOf: /\S/, atLeast: 1 },
        // A link to a sponsor is only recommended.
        links: { listOf: { required: ['name', 'url'], fields: { name: /\S/, url } }, atLeast: 1 },
        logos: { required: ['small', 'large'], fields: { small: path, large: path } },
        screenshots: { listOf: { required: ['name', 'path'], fields: { name: 'text', path } }, atLeast: 1 },
        updated: /^\d{4}-\d{2}-\d{2}$/,
        version: /^\d+\.\d+\.\d+$/,
      },
    },
    dependencies: {
      required: ['grafanaDependency'],
      fields: {
        grafanaDependency: new RegExp(`^${comparator}(?: ${comparator})?$`),
        plugins: { listOf: 'any' },
      },
    },
  },
};

/** The faults of a plugin.json of a built plugin, each with its position. */
export function problemsOfPluginJson(value: unknown): string[] {
  const problems = problemsOf(value, pluginJson, 'plugin.json');
  const { name, id } = (value ?? {}) as { name?: unknown; id?: unknown };
  return [
    ...problems,
    ...(name === id ? ['plugin.json.name is the id: it should be what people read'] : []),
    ...(problems.length === 0
      ? problemsOfRoutes((value as { routes?: readonly PluginRoute[] }).routes ?? [])
      : []),
  ];
}

// Older versions of Grafana ignore routes with an empty path, and newer ones use the first route that matches.
function problemsOfRoutes(routes: readonly PluginRoute[]): string[] {
  return routes.flatMap(({ path, method, headers, reqRole }, i) => {
    const place = `plugin.json.routes[${i}]`;
    const covering = routes
      .slice(0, i)
      .find((earlier) => path.startsWith(earlier.path) && (earlier.method ?? method) === method);
    return [
      ...(path === '' && (reqRole === undefined || headers !== undefined)
        ? [`${place} has an empty path, which older versions ignore: use it for a lock with reqRole only`]
        : []),
      ...(covering ? [`${place} is never used: ${JSON.stringify(covering.path)} stands before it`] : []),
    ];
  });
}

function problemsOf(value: unknown, rule: Rule, place: string): string[] {
  const not = (what: string): string[] => [`${place} is ${JSON.stringify(value)}, not ${what}`];
  if (rule === 'any') return [];
  if (rule === 'boolean') return typeof value === 'boolean' ? [] : not('true or false');
  if (rule === 'text') return typeof value === 'string' ? [] : not('a text');
  if (rule instanceof RegExp) return typeof value === 'string' && rule.test(value) ? [] : not(`like ${rule}`);
  if ('fields' in rule) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return not('an object');
    const missing = (rule.required ?? []).filter((name) => !(name in value));
    return [
      ...missing.map((name) => `${place}.${name} is missing`),
      ...Object.entries(value).flatMap(([name, inner]) => {
        const known = rule.fields[name];
        return known ? problemsOf(inner, known, `${place}.${name}`) : [`${place}.${name} is not known`];
      }),
    ];
  }
  if ('listOf' in rule) {
    if (!Array.isArray(value)) return not('a list');
    const short = value.length < (rule.atLeast ?? 0) ? [`${place} has fewer than ${rule.atLeast}`] : [];
    return [...short, ...value.flatMap((one, i) => problemsOf(one, rule.listOf, `${place}[${i}]`))];
  }
  return rule.includes(value as string) ? [] : not(`one of ${rule.join(', ')}`);
}
