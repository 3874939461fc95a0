// Puts the settings together from flags, environment, file and defaults, and names the first that is wrong.

import { readFileSync } from 'node:fs';
import { preview } from '@anthracite/protocol';
import { distance } from 'fastest-levenshtein';
import { parse as parseYaml } from 'yaml';
import { type GivenToken, parseGivenTokens } from './access/given-tokens';
import { isServiceVariable } from './service-variables';
import { SettingError } from './setting-error';
import { type SettingName, type Settings, settingNames, settingsTable, variableOf } from './settings';

/** Where a value came from: a flag, a variable, the configuration file, or the default. */
export interface SettingOrigin {
  readonly name: SettingName;
  readonly value: string;
  readonly origin: string;
}

/** All settings, and where each came from. */
export interface Config {
  readonly settings: Settings;
  readonly origins: readonly SettingOrigin[];
  /** Tokens that the environment and `tokens-file` give; their secrets are forgotten already. */
  readonly tokens: readonly GivenToken[];
  /** Where they came from. */
  readonly tokensOrigin: string;
  /** Names of variables that were ignored: those of a service of Kubernetes or a link of Docker. */
  readonly ignoredVariables: readonly string[];
}

/** Variables that belong to the clients, not to the server. */
const clientVariables = ['ANTHRACITE_URL', 'ANTHRACITE_CONFIG', 'ANTHRACITE_TOKEN', 'ANTHRACITE_TOKEN_FILE'];
/** Tokens, which no flag takes and nobody is shown: a command line is seen by everybody on the machine. */
const tokensVariable = 'ANTHRACITE_TOKENS';
const maxFileBytes = 1_048_576;

/**
 * Resolves the settings: a flag beats a variable, a variable beats the file, the file beats the default.
 * Throws a `SettingError` for what is unknown or wrong.
 * @param flags values of flags by setting name, those that were given
 * @param environment the process's environment, or one for a test
 */
export function loadConfig(
  flags: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const configFile = flags['config'] ?? environment['ANTHRACITE_CONFIG'];
  const fromFile = configFile === undefined ? {} : readConfigFile(configFile);
  const ignoredVariables = ignoreServices(environment);
  const settings: Record<string, unknown> = {};
  const origins: SettingOrigin[] = [];
  for (const name of settingNames) {
    const variable = variableOf(name);
    const candidates: [string | undefined, string][] = [
      [flags[name], `flag --${name}`],
      [environment[variable], `variable ${variable}`],
      [fromFile[name], `file ${configFile}`],
    ];
    const [given, origin] = candidates.find(([value]) => value !== undefined) ?? [undefined, 'default'];
    const setting = settingsTable[name];
    const value = given === undefined ? setting.default : setting.parse(given);
    if (value === null) {
      throw new SettingError(`${origin}: ${name} is ${preview(given ?? '')}; expected ${setting.expected}`);
    }
    settings[name] = value;
    origins.push({ name, value: Array.isArray(value) ? value.join(',') : String(value), origin });
  }
  const resolved = Object.freeze(settings) as Settings;
  return {
    settings: resolved,
    origins,
    ignoredVariables,
    ...readTokens(environment, resolved['tokens-file']),
  };
}

// Refuses unknown variables, apart from those that an orchestrator sets.
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
  // Each alone first, so that a mistake is told with its place; then both, which may contradict each other.
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

function readConfigFile(file: string): Record<string, string> {
  let content: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
    content = parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new SettingError(`file ${file} cannot be read as YAML: ${(error as Error).message}`);
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new SettingError(`file ${file} is no list of "setting: value" lines`);
  }
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(content)) {
    if (!settingNames.includes(name as SettingName)) {
      throw new SettingError(
        `file ${file}: unknown setting ${preview(name)}; ${nearest(name, settingNames)}`,
      );
    }
    values[name] = Array.isArray(value) ? value.join(',') : String(value ?? '');
  }
  return values;
}

/**
 * The token in a file that a setting names, without white space around it; null when the setting is empty. Throws a
 * `SettingError` when the file cannot be read, or is empty.
 */
export function readTokenFile(setting: SettingName, file: string): string | null {
  if (file === '') return null;
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SettingError(`${setting}: the file ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new SettingError(
      `${setting}: the file ${file} holds no token; expected one line of letters and signs`,
    );
  }
  return token;
}

/** Names the known word that is nearest to a wrong one, or all of them. */
export function nearest(wrong: string, known: readonly string[]): string {
  const ranked = known.map((word) => ({ word, distance: distance(wrong.slice(0, 64), word) }));
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a));
  // Of a short name nearly every other is only a few letters away.
  const most = Math.min(3, Math.ceil(wrong.replace(/^ANTHRACITE_/, '').length / 3));
  return best.distance <= most ? `did you mean ${best.word}?` : `known are ${known.join(', ')}`;
}
