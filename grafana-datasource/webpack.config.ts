// How the plugin is built: as Grafana's scaffold does it, but linted by this project's own linter, and with no cache of what is released.

import type { Configuration, RuleSetRule, WebpackPluginInstance } from 'webpack';
import scaffold, { type Env } from './.config/webpack/webpack.config.ts';

interface CompilerRule {
  readonly use?: { readonly loader?: string; readonly options: { readonly jsc: object } };
}

// The browsers of Grafana 11.6 and newer know the language of 2022; for that of 2015, each file would get helpers, half of the build.
const forBrowsers = (rule: unknown): RuleSetRule => {
  const { use } = rule as CompilerRule;
  if (use?.loader !== 'swc-loader') return rule as RuleSetRule;
  const options = { ...use.options, jsc: { ...use.options.jsc, target: 'es2022' } };
  return { ...(rule as RuleSetRule), use: { ...use, options } };
};

// Webpack takes its configuration from a default export.
const config = async (env: Env): Promise<Configuration> => {
  const { plugins = [], ...base } = await scaffold(env);
  return {
    ...base,
    module: { ...base.module, rules: base.module?.rules?.map(forBrowsers) },
    // What is given to others is built from its sources alone: the cache once kept a file that had changed.
    cache: env.production ? false : base.cache,
    // Packages of this repository are packages like others: the map of the sources has those of the plugin alone.
    resolve: { ...base.resolve, symlinks: false },
    plugins: plugins.filter(
      (plugin) => (plugin as WebpackPluginInstance)?.constructor.name !== 'ESLintWebpackPlugin',
    ),
  };
};

export default config;
