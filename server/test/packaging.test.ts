// The files in packaging/: settings that the server accepts, paths that exist, units that systemd accepts.

import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../src';
import { createMetrics } from '../src/metrics';

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, 'packaging', file), 'utf8');
const containerfile = read('container/Containerfile');

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
        readonly environment?: Readonly<Record<string, string>>;
        readonly ports: readonly string[];
        readonly volumes: readonly string[];
      }
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The variables that the image of the server sets. */
const ofImage = Object.fromEntries(
  [...containerfile.matchAll(/^(?:ENV)? +(ANTHRACITE_\w+)=(\S+)/gm)].map(([, name = '', value]) => [
    name,
    value,
  ]),
);

describe('the Containerfile', () => {
  test('copies only paths that exist in the repository', () => {
    const paths = [...containerfile.matchAll(/^COPY (?!--from)(\S+) /gm)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('sets variables that the server accepts', () => {
    const { settings } = loadConfig({}, ofImage);
    expect(settings).toMatchObject({ database: '/data/anthracite.db', http: [expect.anything()] });
    expect(containerfile).toMatch(/^VOLUME \/data$/m);
    expect(containerfile).toMatch(/^USER 10001$/m);
  });

  test('copies from stages that it defines', () => {
    const stages = [...containerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);
    for (const [, from] of containerfile.matchAll(/--from=(\S+)/g)) expect(stages).toContain(from);
    expect(stages.at(-1)).toBe('anthracite');
  });
});

describe('the file for Compose', () => {
  const { services, volumes } = parse(read('container/compose.yaml')) as Compose;

  test('has Anthracite, Grafana and Graphite, on this machine only', () => {
    expect(Object.keys(services)).toEqual(['anthracite', 'grafana', 'graphite']);
    for (const { ports, volumes: mounted } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      for (const volume of mounted) expect(volumes).toHaveProperty(volume.split(':')[0] ?? '');
    }
  });

  test('builds stages of the Containerfile', () => {
    for (const { build } of Object.values(services)) {
      if (build === undefined) continue;
      const context = join(root, 'packaging/container', build.context);
      expect(existsSync(join(context, build.dockerfile))).toBe(true);
      expect(containerfile).toMatch(new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
    }
  });

  test('sets variables that the server accepts, and the name that Grafana uses', () => {
    const { settings } = loadConfig({}, { ...ofImage, ...services['anthracite']?.environment });
    const { datasources } = parse(read('container/grafana/datasources/anthracite.yaml')) as {
      datasources: readonly { readonly type: string; readonly url: string }[];
    };
    const hosts = datasources.map(({ url }) => new URL(url).hostname);
    for (const host of hosts) expect(services).toHaveProperty(host);
    expect(settings['allowed-hosts']).toEqual(['anthracite']);
    expect(datasources[0]?.type).toBe('anthracite-events-datasource');
  });

  test('provisions the dashboards of the plugin', () => {
    const { providers } = parse(read('container/grafana/dashboards/anthracite.yaml')) as {
      providers: readonly { readonly options: { readonly path: string } }[];
    };
    const [, folder = ''] = /^ENV GF_PATHS_PLUGINS=(\S+)/m.exec(containerfile) ?? [];
    expect(providers[0]?.options.path).toBe(`${folder}/anthracite-events-datasource/dashboards`);
    expect(readdirSync(join(root, 'grafana-datasource/src/dashboards')).length).toBeGreaterThan(0);
  });
});

describe('the manifest for Kubernetes', () => {
  const documents = parseAllDocuments(read('kubernetes/anthracite.yaml')).map((one) => one.toJS());
  const [service, set] = documents;
  const [container] = set.spec.template.spec.containers as readonly Container[];

  test('leads the ports of the service to the ports of the container', () => {
    expect(documents.map(({ kind }) => kind)).toEqual(['Service', 'StatefulSet']);
    const names = container?.ports.map(({ name }) => name);
    for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
    expect(set.spec.template.metadata.labels).toEqual(service.spec.selector);
    expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/data', '/tmp']);
  });

  test('sets variables that the server accepts besides those of its service', () => {
    const own = Object.fromEntries(
      (container?.env ?? []).map(({ name, value }) => [name, value ?? 'ops:admin:0123456789abcdef']),
    );
    const ofService = {
      ANTHRACITE_PORT: 'tcp://10.96.0.7:2005',
      ANTHRACITE_PORT_2005_TCP: 'tcp://10.96.0.7:2005',
      ANTHRACITE_PORT_2005_TCP_ADDR: '10.96.0.7',
      ANTHRACITE_PORT_2005_TCP_PORT: '2005',
      ANTHRACITE_PORT_2005_TCP_PROTO: 'tcp',
      ANTHRACITE_SERVICE_HOST: '10.96.0.7',
      ANTHRACITE_SERVICE_PORT: '2005',
      ANTHRACITE_SERVICE_PORT_HTTP: '2006',
      ANTHRACITE_SERVICE_PORT_LINES: '2005',
    };
    const { tokens, ignoredVariables } = loadConfig({}, { ...ofImage, ...own, ...ofService });
    expect(tokens).toHaveLength(1);
    expect(ignoredVariables.toSorted()).toEqual(Object.keys(ofService).toSorted());
  });

  test('asks routes of the server for its state', () => {
    const routes = readFileSync(join(root, 'docs/access.md'), 'utf8');
    for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
      const { path, port } = container?.[name].httpGet ?? { path: '', port: '' };
      expect(routes).toContain(`\`GET ${path}\``);
      expect(port).toBe('http');
    }
  });
});

describe('the Debian package', () => {
  test('has a configuration file that the server accepts, with the values of the defaults', () => {
    const file = join(root, 'packaging/debian/anthracite.yaml');
    const { settings } = loadConfig({ config: file }, {});
    const { settings: defaults } = loadConfig({}, {});
    expect(settings).toEqual({ ...defaults, database: '/var/lib/anthracite/anthracite.db' });
  });

  needs('systemd-analyze', hasProgram('systemd-analyze', '--version'))(
    'has units that systemd accepts and rates as well protected',
    async () => {
      const folder = temporaryFolder();
      const names = readdirSync(join(root, 'packaging/debian')).filter((name) =>
        /\.(service|socket|timer)$/.test(name),
      );
      expect(names).toHaveLength(5);
      // systemd looks for the program.
      for (const name of names)
        writeFileSync(
          join(folder, name),
          read(`debian/${name}`).replace('/usr/bin/anthracite', process.execPath),
        );
      const unit = join(folder, 'anthracite.service');
      const verified = await runProgram('systemd-analyze', [
        'verify',
        '--man=no',
        ...names.map((name) => join(folder, name)),
      ]);
      // It also reports about units of the machine.
      expect(verified.stderr.split('\n').filter((line) => line.includes('anthracite'))).toEqual([]);
      const { stdout } = await runProgram('systemd-analyze', [
        'security',
        '--offline=true',
        '--no-pager',
        unit,
      ]);
      const [, exposure] = /Overall exposure level for anthracite.service: ([\d.]+)/.exec(stdout) ?? [];
      expect(Number(exposure)).toBeLessThan(2.5);
    },
  );
});

describe('what watches a server', () => {
  const docs = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  // The tests of the docs compare their table with the server.
  const known = async (): Promise<ReadonlySet<string>> => {
    const documented = [...docs.matchAll(/^\| `(anthracite_\w+)/gm)].map(([, name = '']) => name);
    const ofProcess = [...(await createMetrics('0').text()).matchAll(/^# TYPE (\w+)/gm)].map(
      ([, name = '']) => name,
    );
    const all = [...documented, ...ofProcess, 'up'];
    return new Set(all.flatMap((name) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]));
  };
  const namesIn = (expression: string): string[] =>
    expression.match(/\b(?:anthracite|process|nodejs)_\w+|\bup(?=\{)/g) ?? [];

  test('the alert rules use metrics that exist', async () => {
    const { groups } = parse(read('prometheus/anthracite-rules.yaml')) as {
      readonly groups: readonly {
        readonly rules: readonly { readonly alert: string; readonly expr: string }[];
      }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(10);
    const names = await known();
    for (const { alert, expr } of rules) {
      expect([alert, namesIn(expr).length]).not.toEqual([alert, 0]);
      expect([alert, namesIn(expr).filter((name) => !names.has(name))]).toEqual([alert, []]);
    }
  });

  needs('promtool', hasProgram('promtool', '--version'))(
    'fires each alert rule when its condition holds, and only then',
    async () => {
      const folder = temporaryFolder();
      copyFileSync(
        join(root, 'packaging/prometheus/anthracite-rules.yaml'),
        join(folder, 'anthracite-rules.yaml'),
      );
      const cases = join(folder, 'rules.test.yaml');
      copyFileSync(join(root, 'server/test/fixtures/anthracite-rules.test.yaml'), cases);
      const tested = await runProgram('promtool', ['test', 'rules', cases]);
      expect(tested.stdout + tested.stderr).toContain('SUCCESS');
      expect(tested.stderr).toBe('');
    },
  );

  test('the dashboard asks for metrics that exist, in each panel', async () => {
    const { panels } = JSON.parse(read('grafana/anthracite-server.json')) as {
      readonly panels: readonly {
        readonly title: string;
        readonly targets: readonly { readonly expr: string }[];
      }[];
    };
    expect(panels.length).toBeGreaterThan(10);
    const names = await known();
    for (const { title, targets } of panels) {
      const asked = targets.flatMap(({ expr }) => namesIn(expr));
      expect([title, asked.length >= targets.length]).toEqual([title, true]);
      expect([title, asked.filter((name) => !names.has(name))]).toEqual([title, []]);
    }
  });
});
