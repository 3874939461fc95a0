// Starts a server with hooks of every kind.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { start, type TestServer } from '../start';

/** The time of the server's clock: that of the signed time in a fixture. */
export const now = 1_795_517_700_000;
/** The token of the fixtures, which may write. */
export const writer = 'anth_fixture-token-that-may-write';
/** The token with all rights. */
export const admin = 'the-long-secret-of-an-administrator';

/** A configuration with a hook of every kind. */
export const everyHook = `hooks:
  github: { secret-file: SECRET, events: [deployment_status, release, workflow_run, push] }
  gitlab: { secret-file: SECRET }
  grafana: { secret-file: SECRET }
  flux: { secret-file: SECRET }
  sentry: { secret-file: SECRET }
  terraform: { secret-file: SECRET }
  pagerduty: { secret-file: SECRET }
  alertmanager: {}
  atlantis: {}
  cloudevents: {}
  datadog: {}
  honeycomb: {}
  jenkins: {}
  kubernetes: {}
  my-ci:
    kind: json
    when: { build.ok: true }
    key: "{build.id}"
    time: "{build.finished}"
    type: "deploy_{app}"
    description: "{app} build {build.id} by {build.who.login|somebody}"
    tags: ["env={env}", "by={build.who.login}"]
`;

/** A server with hooks. */
export interface HookServer {
  readonly server: TestServer;
  /** All events, in the order in which they were stored. */
  events(): Promise<Readonly<Record<string, unknown>>[]>;
  /** An answer in JSON, with all rights. */
  ask(path: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts a server. `SECRET` in the configuration is replaced with a file that has the secret. */
export async function startWithHooks(
  configuration = everyHook,
  {
    secret = 'anthracite-fixture-secret',
    token = writer,
    clock = () => now,
    settings = {},
  }: {
    readonly secret?: string;
    readonly token?: string;
    readonly clock?: () => number;
    readonly settings?: Readonly<Record<string, string>>;
  } = {},
): Promise<HookServer> {
  const folder = temporaryFolder();
  const [secretFile, config] = [join(folder, 'secret'), join(folder, 'anthracite.yaml')];
  writeFileSync(secretFile, `${secret}\n`);
  writeFileSync(config, configuration.replaceAll('SECRET', secretFile));
  const environment = { ANTHRACITE_TOKENS: `fixture:write:${token} root:admin:${admin}` };
  const server = await start({ ...settings, config }, clock, environment);
  const headers = { authorization: `Bearer ${admin}` };
  const ask = async (path: string) =>
    (await server.json(path, { headers })) as Readonly<Record<string, unknown>>;
  return {
    server,
    ask,
    events: async () => {
      const text = await (
        await server.fetch('/events/ndjson?limit=10000&until=2100-01-01', { headers })
      ).text();
      const lines = text.split('\n').filter((line) => line !== '');
      const events = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      return events.sort((one, other) => Number(one['id']) - Number(other['id']));
    },
  };
}
