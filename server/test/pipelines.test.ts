// The examples for pipelines in the docs: their steps run in the shells that the pipelines use.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsBlock, hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { parse } from 'yaml';
import { start, type TestServer } from './start';

const token = 'anth_token-of-a-pipeline-that-may-write';
const withCurl = needs('curl', hasProgram('curl', '--version'));

const startServer = (): Promise<TestServer> =>
  start({}, Date.now, { ANTHRACITE_TOKENS: `ci:write:${token} reader:read:${token}-2` });

/** Runs a step; fails the test if it fails. */
async function runStep(
  shell: readonly string[],
  step: string,
  server: TestServer,
  env: Readonly<Record<string, string>>,
) {
  const [program = '', ...args] = shell;
  const folder = temporaryFolder();
  const script = step.replaceAll('https://events.example.com', server.url);
  const all = { ...process.env, HOME: folder, ANTHRACITE_TOKEN: token, ...env };
  const { exitCode, stderr } = await runProgram(program, [...args, script], {
    env: all,
    cwd: env['PWD'] ?? folder,
  });
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
}

/** The events: type, tags and description. */
async function lines(server: TestServer): Promise<readonly string[]> {
  const answer = await server.fetch('/events/ndjson', { headers: { authorization: `Bearer ${token}-2` } });
  const events = (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) => JSON.parse(line) as { readonly [name: string]: unknown; readonly tags: readonly string[] },
    );
  return events.map(({ type, tags, description }) => `${[type, ...tags].join(';')} ${description}`);
}

/** Variables of a step, with the values of the expressions that the example has. */
function filledIn(env: Readonly<Record<string, string>>, status: string): Record<string, string> {
  const values = new Map([
    ['secrets.ANTHRACITE_TOKEN', token],
    [
      "job.status == 'success' && 'deploy_shop' || 'failed_deploy_shop'",
      status === 'success' ? 'deploy_shop' : 'failed_deploy_shop',
    ],
  ]);
  const fill = (text: string): string =>
    text.replace(/\$\{\{ (.+?) \}\}/g, (_all, expression: string) => values.get(expression) ?? expression);
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]));
}

const stepOfGithub = (): { readonly run: string; readonly env: Readonly<Record<string, string>> } =>
  parse(docsBlock('send-events.md', 'runs-on')).jobs.deploy.steps.at(-1);

withCurl.each([
  ['success', 'deploy_shop'],
  ['failure', 'failed_deploy_shop'],
])(
  'reports a deployment by GitHub Actions with the result %s once, also if the step runs again',
  async (status, type) => {
    const server = await startServer();
    const { run, env } = stepOfGithub();
    const variables = {
      GITHUB_RUN_ID: '1742',
      GITHUB_RUN_NUMBER: '7',
      GITHUB_SHA: '0123456789abcdef0123',
      GITHUB_ACTOR: 'ann',
      GITHUB_REPOSITORY: 'acme/shop',
      ...filledIn(env, status),
    };
    // How GitHub runs a step.
    const shell = ['bash', '-e', '-c'];
    await runStep(shell, run, server, variables);
    await runStep(shell, run, server, { ...variables, GITHUB_ACTOR: 'bob' });
    expect(await lines(server)).toEqual([`${type};env=prod;version=0123456789ab;by=ann acme/shop, run 7`]);
  },
);

withCurl.each([
  ['success', 'deploy_shop'],
  ['failed', 'failed_deploy_shop'],
])(
  'reports a deployment by GitLab CI with the result %s once, also if the job runs again',
  async (status, type) => {
    const server = await startServer();
    const script = parse(docsBlock('send-events.md', 'after_script')).deploy.after_script.join('\n');
    const variables = {
      ...{
        CI_JOB_STATUS: status,
        CI_PIPELINE_ID: '1742',
        CI_ENVIRONMENT_NAME: 'production',
        CI_COMMIT_SHORT_SHA: '01234567',
      },
      ...{ GITLAB_USER_LOGIN: 'ann', CI_COMMIT_TITLE: `Don't break "the" shop; $HOME & ünïcode %` },
    };
    await runStep(['sh', '-c'], script, server, variables);
    await runStep(['sh', '-c'], script, server, { ...variables, GITLAB_USER_LOGIN: 'bob' });
    expect(await lines(server)).toEqual([
      `${type};env=production;version=01234567;by=ann Don't break "the" shop; $HOME & ünïcode %`,
    ]);
  },
);

const withTerraform = needs('terraform', hasProgram('terraform', 'version'), 'optional');
withTerraform('reports what Terraform applies', async () => {
  const server = await startServer();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'shop'));
  const configuration = join(folder, 'shop/main.tf');
  // A resource that Terraform has itself, so that it fetches no provider.
  writeFileSync(configuration, 'resource "terraform_data" "one" {}\n');
  const env = { PWD: join(folder, 'shop'), USER: 'ann', CHECKPOINT_DISABLE: '1' };
  const init = await runProgram('terraform', ['init', '-input=false'], {
    cwd: env.PWD,
    env: { ...process.env, ...env },
  });
  expect(init.exitCode).toBe(0);
  const step = docsBlock('send-events.md', 'terraform plan');
  await runStep(['bash', '-e', '-c'], step, server, env);
  writeFileSync(configuration, 'resource "terraform_data" "other" {}\n');
  await runStep(['bash', '-e', '-c'], step, server, env);
  expect(await lines(server)).toEqual([
    'terraform_default;by=ann Plan: 1 to add, 0 to change, 0 to destroy.',
    'terraform_default;by=ann Plan: 1 to add, 0 to change, 1 to destroy.',
  ]);
});
