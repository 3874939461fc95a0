// Combines the settings from flags, environment, file and defaults, and reports the first invalid one.

import { readFileSync } from 'node:fs';
import { preview } from '@anthracite/protocol';
import { distance } from 'fastest-levenshtein';
import { type GivenToken, parseGivenTokens } from './access/given-tokens';
import type { Hook } from './hooks/hook';
import { type HookFault, readHooks } from './hooks/hook-config';
import { hasPassword } from './postgres-address';
import { isServiceVariable } from './service-variables';
import { SettingError } from './setting-error';
import { readSecretLines, readSettingFile } from './setting-file';
import type { Setting } from './setting-kinds';
import { type SettingName, type Settings, settingNames, settingsTable, variableOf } from './settings';
import { readTargetFiles } from './target-files';
import type { Target } from './targets/target';
import { readTargets, type TargetFault } from './targets/target-config';
import { readYamlFile } from './yaml-file';

/** Where a value came from: a flag, a variable, the configuration file, or the default. */
export interface SettingOrigin {
  readonly name: SettingName;
  readonly value: string;
  readonly origin: string;
}

/** All settings, and the origin of each. */
export interface Config {
  readonly settings: Settings;
  readonly origins: readonly SettingOrigin[];
  /** Tokens from the environment and `tokens-file`; only hashes of their secrets are kept. */
  readonly tokens: readonly GivenToken[];
  /** Reads the tokens again. Throws a `SettingError`. */
  readonly readTokens: () => readonly GivenToken[];
  /** Where the tokens came from. */
  readonly tokensOrigin: string;
  /** Path of the configuration file; null without one. */
  readonly file: string | null;
  /** Hooks of the configuration file, with their secrets. */
  readonly hooks: readonly Hook[];
  /** Reads the hooks and their secrets again. Throws a `SettingError`. */
  readonly readHooks: () => readonly Hook[];
  /** Targets of the configuration file, with their secrets. */
  readonly targets: readonly Target[];
  /** Names of ignored variables: those of a Kubernetes service or a Docker link. */
  readonly ignoredVariables: readonly string[];
}

/** Variables of the clients, which the server ignores. */
const clientVariables = [
  'ANTHRACITE_URL',
  'ANTHRACITE_CONFIG',
  'ANTHRACITE_TOKEN',
  'ANTHRACITE_TOKEN_FILE',
  'ANTHRACITE_CA_FILE',
  'ANTHRACITE_SPOOL',
];
/** Tokens have no flag, and are never shown: every user of a machine can see command lines. */
const tokensVariable = 'ANTHRACITE_TOKENS';
const minSecretChars = 12;

/**
 * Resolves the settings: a flag beats a variable, a variable beats the file, the file beats the default. Throws a
 * `SettingError` for an unknown or invalid setting.
 * @param flags values of flags by setting name, those that were given
 * @param environment the process's environment, or one for a test
 */
export function loadConfig(
  flags: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const configFile = flags['config'] ?? environment['ANTHRACITE_CONFIG'];
  const {
    values: fromFile,
    hooks,
    targets,
  } = configFile === undefined ? { values: {}, hooks: [], targets: [] } : readConfigFile(configFile);
  const ignoredVariables = ignoreServices(environment);
  const settings: Record<string, unknown> = {};
  const origins: SettingOrigin[] = [];
  for (const name of settingNames) {
    const variable = variableOf(name);
    const candidates: [string | undefined, string][] = [
      [flags[name], `flag --${name}`],
      [environment[variable], `variable ${variable}`],
      [(fromFile as Readonly<Record<string, string>>)[name], `file ${configFile}`],
    ];
    const [given, origin] = candidates.find(([value]) => value !== undefined) ?? [undefined, 'default'];
    const setting: Setting<unknown> = settingsTable[name];
    const value = given === undefined ? setting.default : setting.parse(given);
    if (value === null) {
      const why =
        setting.explain?.(given ?? '') ?? `${name} is ${preview(given ?? '')}; expected ${setting.expected}`;
      throw new SettingError(`${origin}: ${why}`);
    }
    if (name === 'database' && origin.startsWith('flag') && hasPassword(String(value))) {
      throw new SettingError(
        `${origin}: every user of this machine can read command lines, and so the password; write it to a file and name it in database-password-file, or set the variable ${variable}`,
      );
    }
    settings[name] = value;
    const shown = setting.show?.(value) ?? (Array.isArray(value) ? value.join(',') : String(value));
    origins.push({ name, value: shown, origin });
  }
  const resolved = Object.freeze(settings) as Settings;
  return {
    settings: resolved,
    origins,
    file: configFile ?? null,
    hooks,
    readHooks: () => (configFile === undefined ? [] : readConfigFile(configFile).hooks),
    targets,
    ignoredVariables,
    ...readTokens(environment, resolved['tokens-file']),
    readTokens: () => readTokens(environment, resolved['tokens-file']).tokens,
  };
}

// Refuses unknown variables, except those that an orchestrator sets.
function ignoreServices(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set([...settingNames.map(variableOf), ...clientVariables, tokensVariable]);
  return Object.keys(environment).filter((variable) => {
    if (!variable.startsWith('ANTHRACITE_') || known.has(variable)) return false;
    if (isServiceVariable(variable, environment[variable] ?? '')) return true;
    throw new SettingError(`unknown setting ${variable}; ${nearest(variable, [...known])}`);
  });
}

function readTokens(
  environment: Readonly<Record<string, string | undefined>>,
  file: string,
): Pick<Config, 'tokens' | 'tokensOrigin'> {
  const texts: [string, string][] = [];
  const given = environment[tokensVariable] ?? '';
  if (given !== '') texts.push([`variable ${tokensVariable}`, given]);
  if (file !== '') texts.push([`file ${file}`, readTokensFile(file)]);
  const tokensOrigin = texts.map(([origin]) => origin).join(' and ') || 'default';
  // Each source is checked alone first, so that an error names it; then both together, which may contradict each other.
  const all = texts.map(([, text]) => text).join('\n');
  let tokens: readonly GivenToken[] = [];
  for (const [origin, text] of [...texts, [tokensOrigin, all] as const]) {
    const parsed = parseGivenTokens(text);
    if (!parsed.ok) throw new SettingError(`${origin}: ${parsed.message}`);
    tokens = parsed.tokens;
  }
  return { tokens, tokensOrigin };
}

function readTokensFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(`tokens-file: ${file} cannot be read: ${(error as Error).message}`);
  }
}

interface ConfigFile {
  readonly values: Readonly<Record<string, string>>;
  readonly hooks: readonly Hook[];
  readonly targets: readonly Target[];
}

function readConfigFile(file: string): ConfigFile {
  const { values: given, lineOf } = readYamlFile(file);
  const { hooks, send, ...settings } = given;
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (!settingNames.includes(name as SettingName)) {
      throw new SettingError(
        `file ${file}: unknown setting ${preview(name)}; ${nearest(name, [...settingNames, 'hooks', 'send'])}`,
      );
    }
    values[name] = Array.isArray(value) ? value.join(',') : String(value ?? '');
  }
  const refuse = (name: string, { path, why }: HookFault | TargetFault): SettingError =>
    new SettingError(`file ${file}, line ${lineOf([name, ...path])}: ${why}`);
  const read = readHooks(hooks);
  if (!read.ok) throw refuse('hooks', read.fault);
  const sent = readTargets(send);
  if (!sent.ok) throw refuse('send', sent.fault);
  return {
    values,
    hooks: read.hooks.map((hook) => ({ ...hook, secrets: readSecrets(hook.name, hook.secretFile) })),
    targets: readTargetFiles(sent.targets),
  };
}

function readSecrets(hook: string, file: string): readonly string[] {
  if (file === '') return [];
  const secrets = readSecretLines(`hooks: ${hook}`, file);
  if (secrets.some((secret) => secret.length < minSecretChars)) {
    throw new SettingError(
      `hooks: ${hook}: a secret in ${file} is shorter than ${minSecretChars} characters`,
    );
  }
  return secrets;
}

/**
 * The token in a file that a setting names, without surrounding white space; null when the setting is empty. Throws a
 * `SettingError` when the file cannot be read or does not hold a token.
 */
export function readTokenFile(setting: SettingName, file: string): string | null {
  if (file === '') return null;
  const token = readSettingFile(setting, file).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new SettingError(
      `${setting}: the file ${file} does not hold a token; expected one line of printable ASCII`,
    );
  }
  return token;
}

/** More words than these hide the sentence before them. */
const maxListed = 20;

/** A sentence that suggests the known word closest to a wrong word, or lists all known words or, if they are many, says where they are. */
export function nearest(wrong: string, known: readonly string[]): string {
  const ranked = known.map((word) => ({ word, distance: distance(wrong.slice(0, 64), word) }));
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a));
  // For a short name nearly every other name is only a few letters away.
  const most = Math.min(3, Math.ceil(wrong.replace(/^ANTHRACITE_/, '').length / 3));
  if (best.distance <= most) return `did you mean ${best.word}?`;
  return known.length > maxListed ? 'anthracite config lists all settings' : `known: ${known.join(', ')}`;
}
