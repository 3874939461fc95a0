// Starts the real Alertmanager and Prometheus for tests.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd, hasProgram, needs, quietPort, runProgram, temporaryFolder, until } from '@anthracite/testing';

const hasAlertmanager =
  hasProgram('prometheus-alertmanager', '--version') && hasProgram('amtool', '--version');
const hasPrometheus = hasProgram('prometheus', '--version') && hasProgram('promtool', '--version');

/** `test` where Alertmanager is installed. */
export const withAlertmanager = needs('prometheus-alertmanager', hasAlertmanager);
/** `test` where Alertmanager and Prometheus are installed. */
export const withPrometheus = needs('prometheus', hasAlertmanager && hasPrometheus);

/** A program that a test starts, stops and pauses. */
class Peer {
  /** Its address. */
  readonly url: string;
  readonly #program: string;
  readonly #args: readonly string[];
  #child: ChildProcess | null = null;
  #output = '';

  constructor(program: string, args: readonly string[], port: number) {
    this.#program = program;
    this.#args = args;
    this.url = `http://127.0.0.1:${port}`;
    atEnd(() => this.stop('SIGKILL'));
  }

  /** Starts it; resolves when it is ready. */
  async start(): Promise<void> {
    const child = spawn(this.#program, this.#args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#child = child;
    const isReady = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`${this.#program} ended: ${this.#output}`);
      return fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    };
    await until(isReady, `${this.#program} is ready`);
  }

  /** Sends a signal, such as SIGSTOP. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends it; resolves when it has ended. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, 'exit');
    child.kill(name);
    await end;
  }
}

/** How an Alertmanager sends. */
export interface AlertmanagerOptions {
  /** The address of the hook. */
  readonly hook: string;
  readonly token: string;
  readonly interval?: string;
  readonly repeat?: string;
  readonly groupBy?: string;
  /** Further options of the receiver and of the route, as YAML in one line. */
  readonly receiver?: string;
  readonly route?: string;
  /** Further sections of the configuration. */
  readonly sections?: string;
  readonly flags?: readonly string[];
}

/** An Alertmanager. */
export class Alertmanager extends Peer {
  readonly #config: string;
  readonly #options: AlertmanagerOptions;

  constructor(port: number, folder: string, options: AlertmanagerOptions) {
    const config = join(folder, 'alertmanager.yml');
    super(
      'prometheus-alertmanager',
      [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        ...(options.flags ?? ['--cluster.listen-address=']),
      ],
      port,
    );
    this.#config = config;
    this.#options = options;
    this.configure();
  }

  /** Writes its configuration. */
  configure(changes: Partial<AlertmanagerOptions> = {}): void {
    const { hook, token, ...others } = { ...this.#options, ...changes };
    const { interval = '1s', repeat = '2s', groupBy = 'alertname' } = others;
    writeFileSync(
      this.#config,
      `route:
  receiver: anthracite
  group_by: [${groupBy}]
  group_wait: 50ms
  group_interval: ${interval}
  repeat_interval: ${repeat}
  ${others.route ?? ''}
receivers:
  - name: anthracite
    webhook_configs:
      - url: '${hook}'
        http_config: { authorization: { credentials: '${token}' } }
        ${others.receiver ?? ''}
${others.sections ?? ''}
`,
    );
  }

  /** Runs amtool; resolves with what it prints. */
  async amtool(...args: readonly string[]): Promise<string> {
    const all = [...args, `--alertmanager.url=${this.url}`, '--no-version-check'];
    const { exitCode, stdout, stderr } = await runProgram('amtool', all);
    if (exitCode !== 0) throw new Error(`amtool ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /** Adds an alert with its labels, from an instant and until another, in milliseconds since the epoch. */
  async alert(labels: readonly string[], from: number | null, to: number | null = null): Promise<void> {
    const times = [
      ...(from === null ? [] : [`--start=${new Date(from).toISOString()}`]),
      ...(to === null ? [] : [`--end=${new Date(to).toISOString()}`]),
    ];
    await this.amtool('alert', 'add', ...labels, '--annotation=summary=the summary', ...times);
  }
}

/** Starts an Alertmanager. */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<Alertmanager> {
  const alertmanager = new Alertmanager(await quietPort(), temporaryFolder(), options);
  await alertmanager.start();
  return alertmanager;
}

/** What a Prometheus evaluates, and where it sends its alerts. */
export interface PrometheusOptions {
  /** Rules, as YAML: items of a list, each on one line. */
  readonly rules: readonly string[];
  readonly alertmanager: string;
  /** The server whose metrics it reads, and its token. */
  readonly target: string;
  readonly token: string;
  /** Labels that it adds to its alerts, and how they are changed, as YAML in one line. */
  readonly externalLabels?: string;
  readonly relabel?: string;
}

/** Starts a Prometheus that evaluates its rules five times a second and sends its alerts every two seconds. */
export async function startPrometheus(options: PrometheusOptions): Promise<Peer> {
  const [folder, port] = [temporaryFolder(), await quietPort()];
  const [config, rules] = [join(folder, 'prometheus.yml'), join(folder, 'rules.yml')];
  const hostOf = (url: string): string => new URL(url).host;
  writeFileSync(
    rules,
    `groups:\n- name: anthracite\n  rules:\n${options.rules.map((rule) => `  - ${rule}\n`).join('')}`,
  );
  writeFileSync(
    config,
    `global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms, external_labels: ${options.externalLabels ?? '{}'} }
rule_files: [${rules}]
scrape_configs:
  - job_name: anthracite
    authorization: { credentials: '${options.token}' }
    static_configs: [{ targets: ['${hostOf(options.target)}'] }]
alerting:
  alert_relabel_configs: ${options.relabel ?? '[]'}
  alertmanagers: [{ static_configs: [{ targets: ['${hostOf(options.alertmanager)}'] }] }]
`,
  );
  const checked = await runProgram('promtool', ['check', 'config', config]);
  if (checked.exitCode !== 0) throw new Error(checked.stderr + checked.stdout);
  const prometheus = new Peer(
    'prometheus',
    [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--rules.alert.resend-delay=2s', '--log.level=warn'],
    ],
    port,
  );
  await prometheus.start();
  return prometheus;
}
