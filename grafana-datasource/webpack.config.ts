// How the plugin is built: as Grafana's scaffold does it, but linted by this project's own linter, and with no cache of what is released.

import type { Configuration, WebpackPluginInstance } from 'webpack';
import scaffold, { type Env } from './.config/webpack/webpack.config.ts';

// Webpack takes its configuration from a default export.
const config = async (env: Env): Promise<Configuration> => {
  const { plugins = [], ...base } = await scaffold(env);
  return {
    ...base,
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
