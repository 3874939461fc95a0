// What is held to plain English, and what is excepted. Pure.

/** Some files, and which of their texts are looked at. */
export interface Area {
  readonly name: string;
  readonly paths: RegExp;
  readonly what: 'prose' | 'strings' | 'comments';
}

/** A sentence that may have a pattern: a quotation, or an example of text of others. */
export interface Exception {
  readonly path: string;
  readonly text: string;
}

export const areas: readonly Area[] = [
  { name: 'the README and pages of docs', paths: /^(?:README|docs\/[\w-]+)\.md$/, what: 'prose' },
  {
    name: 'pages of packages and of the project',
    paths:
      /^(?:AGENTS|CHANGELOG|CONTRIBUTING|SECURITY|[\w-]+\/(?:src\/)?(?:README|CHANGELOG)|(?:puppet-reporter|chef-handler)\/.*)\.md$/,
    what: 'prose',
  },
  { name: 'strings of the server', paths: /^server\/src\/(?!web\/).*\.ts$/, what: 'strings' },
  { name: 'strings of the pages', paths: /^server\/src\/web\/.*\.tsx?$/, what: 'strings' },
  { name: 'strings of the plugin', paths: /^grafana-datasource\/src\/.*\.tsx?$/, what: 'strings' },
  { name: 'strings of the protocol', paths: /^protocol\/src\/.*\.ts$/, what: 'strings' },
  { name: 'strings of the command', paths: /^cli\/src\/.*\.ts$/, what: 'strings' },
  { name: 'strings of the Ruby parts', paths: /^(?:chef-handler|puppet-reporter)\/.*\.rb$/, what: 'strings' },
  { name: 'strings of bridges', paths: /^(?:chef-handler|puppet-reporter)\/src\/.*\.ts$/, what: 'strings' },
  { name: 'comments of the protocol', paths: /^protocol\/src\/.*\.ts$/, what: 'comments' },
  { name: 'comments of the command', paths: /^cli\/src\/.*\.ts$/, what: 'comments' },
  {
    name: 'comments of the bridges',
    paths: /^(?:chef-handler|puppet-reporter)\/.*\.(?:ts|rb)$/,
    what: 'comments',
  },
  { name: 'strings of scripts', paths: /^(?:scripts|lint)\/.*\.mjs$/, what: 'strings' },
  { name: 'comments of the server', paths: /^server\/src\/(?!web\/).*\.ts$/, what: 'comments' },
  { name: 'comments of the pages', paths: /^server\/src\/web\/.*\.tsx?$/, what: 'comments' },
  { name: 'comments of the plugin', paths: /^grafana-datasource\/src\/.*\.tsx?$/, what: 'comments' },
  {
    name: 'comments of tools',
    paths: /^(?:scripts|lint|bench\/src|testing\/src)\/.*\.(?:mjs|ts)$/,
    what: 'comments',
  },
  {
    name: 'names and comments of tests',
    paths:
      /^(?:server|bench|testing|protocol|puppet-reporter|chef-handler|cli|grafana-datasource)\/test\/(?!english\/).*\.tsx?$/,
    what: 'comments',
  },
  {
    name: 'names and texts of tests',
    paths:
      /^(?:server|bench|testing|protocol|puppet-reporter|chef-handler|cli|grafana-datasource)\/test\/(?!english\/).*\.tsx?$/,
    what: 'strings',
  },
  {
    name: 'comments of the harness and the tests in Grafana',
    paths: /^grafana-datasource\/(?:harness|e2e)\/.*\.tsx?$/,
    what: 'comments',
  },
  {
    name: 'names and texts of the tests in Grafana',
    paths: /^grafana-datasource\/(?:harness\/test|e2e)\/.*\.tsx?$/,
    what: 'strings',
  },
];

export const exceptions: readonly Exception[] = [];
