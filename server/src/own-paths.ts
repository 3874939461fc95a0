// Lists the first segments of all routes' paths. A proxy cannot serve the server under one of them: it would be unclear
// whether the proxy has already removed it from a request.

export const ownPaths: ReadonlySet<string> = new Set([
  'add',
  'assets',
  'chef',
  'embed',
  'events',
  'functions',
  'health',
  'metrics',
  'openapi',
  'openapi.json',
  'puppet',
  'rejects',
  'render',
  'report',
  'sign-in',
  'sign-out',
  'spans',
  'tags',
  'timeline',
  'tokens',
  'types',
  'version',
]);
