// Rules of Grafana's catalog for the package of a plugin. Pure: the files are passed in. Follows the catalog's validator.

import { problemsOfPluginJson } from './plugin-json-rules';

/** The files of a package, by their paths. */
export type PackageFiles = Readonly<Record<string, Uint8Array>>;

/** The data that a package is compared with. */
export interface Sources {
  /** The sources of the plugin, by their paths from its folder. */
  readonly files: Readonly<Record<string, string>>;
  /** The version in its package.json. */
  readonly version: string;
}

/** Modules that the pages of Grafana 11.6 to 13 share with plugins. `module` is SystemJS's own: the location of the plugin. */
export const givenModules: readonly string[] = [
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/slate-react',
  '@grafana/ui',
  'd3',
  'i18next',
  'jquery',
  'lodash',
  'module',
  'moment',
  'prismjs',
  'react',
  'react-dom',
  'react-redux',
  'react-router',
  'redux',
  'rxjs',
  'rxjs/operators',
  'slate',
  'slate-plain-serializer',
];

const needed = ['CHANGELOG.md', 'LICENSE', 'README.md', 'module.js', 'module.js.map', 'plugin.json'];
const safeElements =
  /^(?:svg|g|defs|title|desc|path|polygon|polyline|line|rect|circle|ellipse|linearGradient|radialGradient|stop|clipPath|mask|use|text|tspan)$/;

const angularSigns =
  /\bangular\b|PanelCtrl|QueryCtrl|app\/plugins\/sdk|editor\.html|ctrl\.annotation|getLegacyAngularInjector|System\.register\(/;
const trackers = /google-analytics|googletagmanager|mixpanel\.com|segment\.com|rudderstack/;

/** The faults of a package, each with the file. */
export function problemsOfPackage(files: PackageFiles, sources: Sources): string[] {
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0]))];
  const [id = ''] = folders;
  const text = (name: string): string => new TextDecoder().decode(files[`${id}/${name}`] ?? new Uint8Array());
  const has = (name: string): boolean => (files[`${id}/${name}`]?.length ?? 0) > 0;
  const missing = needed.filter((name) => !has(name));
  if (folders.length !== 1 || missing.length > 0) {
    return [
      ...(folders.length === 1 ? [] : [`the package has the folders ${folders.join(', ')}, not one`]),
      ...missing.map((name) => `${name} is missing or empty`),
    ];
  }
  const pluginJson = JSON.parse(text('plugin.json'));
  return [
    ...problemsOfPluginJson(pluginJson),
    ...Object.keys(files)
      .filter((path) => path.endsWith('/plugin.json') && path !== `${id}/plugin.json`)
      .map((path) => `${path} is a second plugin.json`),
    ...(pluginJson.id === id ? [] : [`the folder is ${id}, not the plugin's id ${pluginJson.id}`]),
    ...(pluginJson.info?.version === sources.version
      ? []
      : [`the version is ${pluginJson.info?.version}, and ${sources.version} in package.json`]),
    ...namedFiles(pluginJson).flatMap((name) =>
      has(name) ? [] : [`plugin.json names ${name}, which is missing`],
    ),
    ...(pluginJson.info?.screenshots ?? [])
      .map(({ path }: { path: string }) => path)
      .filter((path: string) => has(path) && !isPicture(files[`${id}/${path}`]))
      .map((path: string) => `${path} is not a PNG, JPEG or GIF`),
    ...problemsOfTexts(text('README.md'), text('LICENSE')),
    ...problemsOfChangelog(text('CHANGELOG.md'), sources.version),
    ...Object.keys(files)
      .filter((path) => path.endsWith('.svg'))
      .flatMap((path) => problemsOfSvg(path, new TextDecoder().decode(files[path]))),
    ...problemsOfModule(text('module.js')),
    ...problemsOfSourceMap(text('module.js.map'), sources),
  ];
}

/** The names in the `define([...])` of a module. Throws if it is not an AMD module. */
export function askedModules(module: string): string[] {
  const list = /\bdefine\((\[[^\]]*\])/.exec(module)?.[1];
  if (list === undefined) throw new Error('module.js does not define an AMD module');
  return JSON.parse(list) as string[];
}

function namedFiles({
  info = {},
  includes = [],
}: {
  info?: { logos?: object; screenshots?: { path: string }[] };
  includes?: { path: string }[];
}): string[] {
  return [
    ...Object.values(info.logos ?? {}),
    ...(info.screenshots ?? []).map(({ path }) => path),
    ...includes.map(({ path }) => path),
  ];
}

/** The first bytes of a picture say what it is, whatever its name. */
function isPicture(bytes: Uint8Array = new Uint8Array()): boolean {
  const first = String.fromCharCode(...bytes.slice(0, 4));
  return first === '\x89PNG' || first.startsWith('\xff\xd8\xff') || first === 'GIF8';
}

function problemsOfTexts(readme: string, license: string): string[] {
  const links = [...readme.matchAll(/\[.*?\]\(([^)\s]+)/g)].map((match) => match[1] ?? '');
  return [
    ...(readme.trim().length < 500 ? ['README.md says too little'] : []),
    ...(/^# Grafana (?:Panel|Data Source|Data Source Backend) Plugin Template/.test(readme)
      ? ['README.md is that of the template']
      : []),
    ...(readme.includes('<!--') ? ['README.md has an HTML comment'] : []),
    ...(/<\/[a-z]+>/.test(readme) ? ['README.md has HTML, which the catalog does not show'] : []),
    ...(/\b(?:yarn|npm|pnpm|node\.?js|webpack)\b/i.test(readme) ? ['README.md speaks to developers'] : []),
    // The catalog and Grafana show it in pages of their own, where relative links lead nowhere. Pictures of http are not loaded there.
    ...links
      .filter((link) => !/^(?:https:\/\/[^\s/]+|#|mailto:)/.test(link))
      .map((link) => `README.md links to ${link}, which is not an absolute https link`),
    ...(/Apache License\s+Version 2\.0/.test(license) ? [] : ['LICENSE is not known to be a free one']),
    ...(/\{yyyy\}|\{name of copyright owner\}/.test(license)
      ? ['LICENSE has places that are not filled in']
      : []),
  ];
}

function problemsOfChangelog(changelog: string, version: string): string[] {
  const headings = [...changelog.matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');
  return [
    ...(headings[0]?.startsWith(version) ? [] : [`CHANGELOG.md does not start with ${version}`]),
    ...headings
      .filter((heading) => !/^\d+\.\d+\.\d+ \((?:\d{4}-\d{2}-\d{2}|unreleased)\)$/.test(heading))
      .map((heading) => `CHANGELOG.md has the heading ${heading}, without a version and a date`),
  ];
}

function problemsOfSvg(path: string, svg: string): string[] {
  const elements = [...svg.matchAll(/<([A-Za-z][\w:-]*)/g)].map((match) => match[1] ?? '');
  return [
    ...elements.filter((name) => !safeElements.test(name)).map((name) => `${path} has the element ${name}`),
    ...(/\son\w+\s*=|javascript:/i.test(svg) ? [`${path} has a script`] : []),
  ];
}

function problemsOfModule(module: string): string[] {
  const unknown = askedModules(module).filter((name) => !givenModules.includes(name));
  return [
    ...unknown.map((name) => `module.js asks for ${name}, which no page of Grafana gives`),
    ...(/react\/jsx-runtime|__SECRET_INTERNALS/.test(module) ? ['module.js brings a part of React'] : []),
    ...(angularSigns.test(module) ? ['module.js uses Angular'] : []),
    ...(trackers.test(module) ? ['module.js tracks people'] : []),
  ];
}

/** The map must contain the exact sources, so that a reviewer of the plugin can see the parts of the module. */
function problemsOfSourceMap(map: string, { files }: Sources): string[] {
  const { sources, sourcesContent } = JSON.parse(map) as { sources: string[]; sourcesContent: string[] };
  const own = sources.flatMap((source, i) => {
    const path = /^webpack:\/\/[^/]+\/\.?\/?((?!node_modules|external|webpack).*\.tsx?)$/.exec(source)?.[1];
    return path === undefined ? [] : [[path, sourcesContent[i] ?? ''] as const];
  });
  return [
    ...(own.length === 0 ? ['module.js.map names none of the sources'] : []),
    ...own
      .filter(([path, content]) => files[path] !== content)
      .map(([path]) => `module.js.map has another ${path} than the sources`),
  ];
}
