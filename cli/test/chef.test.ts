// Real runs of Chef's own client class: by the data collector, by the handler, and by both, each run is one event.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs, temporaryFolder, until } from '@anthracite/testing';
import { buildCookbook, type ChefTask, hasChef, hasCinc, runChef, runCinc } from './chef-run';
import { type Served, serve } from './program';

const withChef = needs("Chef's library", hasChef);

let server: Served;
beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'), ['--log-level', 'debug']);
});

interface Event {
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

async function events(): Promise<readonly Event[]> {
  const list = (await (await fetch(`${server.url}/events/json?limit=all`)).json()) as { events: Event[] };
  return list.events;
}

async function count(metric: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`anthracite_${metric} `));
  return Number(line?.split(' ')[1] ?? 0);
}

/** Runs Chef with both ways to the server, and returns what is new there: from either way, the same. */
async function converge(task: ChefTask) {
  const before = await events();
  const commits = async (): Promise<number> =>
    (await count('reports_total{tool="chef",outcome="event"}')) +
    (await count('reports_total{tool="chef",outcome="no_event"}'));
  const committed = async (): Promise<number> =>
    (await count('events_stored_total{door="chef"}')) + (await count('events_duplicate_total{door="chef"}'));
  const [told, stored] = [await commits(), await committed()];
  const outcome = await runChef({
    ...task,
    collector: `${server.url}/chef/data-collector`,
    handler: `host: '127.0.0.1', port: ${server.tcpPort}`,
  });
  if (!task.whyRun) await until(async () => (await commits()) > told, 'the end of the run was told', 30);
  const after = await events();
  if (after.length > before.length) {
    await until(async () => (await committed()) > stored, "the data collector's event was committed", 30);
  }
  return { outcome, news: (await events()).slice(before.length) };
}

describe('a run and its event', () => {
  withChef(
    'a first run changes much, the same again only what is never the same',
    async () => {
      const first = await converge({ runList: ['role[web]'] });
      expect(first.outcome.result).toBe('success');
      expect(first.news).toEqual([
        expect.objectContaining({
          type: 'chef',
          tags: [
            'host=web01.example.com',
            'env=production',
            'version=webapp@1.4.2',
            'role=web',
            'status=changed',
            'tool=chef',
          ],
          description: expect.stringMatching(
            /^web01\.example\.com production webapp@1\.4\.2: 5 changed in (<1|\d+)s: file\[.*app\.conf\] create, .*webapp_vhost\[shop\.example\.com\] create, .*execute\[restart webapp\] run$/,
          ),
        }),
      ]);
      const { outcome, news } = await converge({ runList: ['role[web]'], folder: first.outcome.folder });
      expect(outcome.result).toBe('success');
      expect(news).toEqual([]);
      const third = await converge({
        runList: ['role[web]', 'recipe[webapp::command]'],
        folder: first.outcome.folder,
      });
      expect(third.news).toEqual([
        expect.objectContaining({
          description: expect.stringMatching(/: 1 changed in \S+: execute\[printf \.\.\.\] run$/),
        }),
      ]);
    },
    600_000,
  );

  const failures: readonly [string, ChefTask, string, RegExp][] = [
    [
      'a command that fails',
      { runList: ['recipe[webapp::failing]'] },
      'Mixlib::ShellOut::ShellCommandFailed',
      /failed after \S+ in execute\[migrate database\] run \(webapp::failing\): Expected process to exit with \[0\], but received '3' - 1 changed, 1 not run: file\[/,
    ],
    [
      'a recipe that does not compile',
      { runList: ['recipe[webapp::broken]'] },
      'NoMethodError',
      /failed after \S+ before its first resource: NoMethodError: undefined method `no_such_resource'/,
    ],
    [
      'a cookbook that the server has not',
      { runList: ['recipe[nosuch]'] },
      'Net::HTTPClientException',
      /failed after \S+ before its cookbooks were there: Net::HTTPClientException: 412 "Precondition Failed" - run list: recipe\[nosuch\]$/,
    ],
    [
      'a run list with a role that is not there',
      { runList: ['role[nosuch]'] },
      'Chef::Exceptions::MissingRole',
      /failed after \S+ before its cookbooks were there: .*nonexistent roles: nosuch - run list: role\[nosuch\]$/,
    ],
    [
      'a Chef server that is away',
      { runList: ['role[web]'], chefServer: 'http://127.0.0.1:9/organizations/acme' },
      'Errno::ECONNREFUSED',
      /^web01\.example\.com: failed after \S+ before its node was known: Errno::ECONNREFUSED: /,
    ],
  ];
  for (const [name, task, reason, description] of failures) {
    withChef(
      name,
      async () => {
        const { outcome, news } = await converge(task);
        expect(outcome).toMatchObject({ result: 'failure', class: reason });
        expect(news).toEqual([
          expect.objectContaining({ type: 'chef_failed', description: expect.stringMatching(description) }),
        ]);
        expect(news[0]?.tags).toContain(`reason=${reason}`);
      },
      600_000,
    );
  }

  withChef(
    'a why-run has changed nothing',
    async () => {
      const { outcome, news } = await converge({ runList: ['role[web]'], whyRun: true });
      expect(outcome.result).toBe('success');
      expect(news).toEqual([]);
    },
    600_000,
  );
});

describe('one way alone', () => {
  withChef(
    'the data collector',
    async () => {
      const before = (await events()).length;
      await runChef({ runList: ['role[web]'], collector: `${server.url}/chef/data-collector` });
      await until(async () => (await events()).length === before + 1, 'the event is stored', 30);
    },
    600_000,
  );

  withChef(
    'the handler, by HTTP',
    async () => {
      const before = (await events()).length;
      const { log } = await runChef({ runList: ['role[web]'], handler: `url: '${server.url}'` });
      expect((await events()).length).toBe(before + 1);
      expect(log).not.toContain('Anthracite');
    },
    600_000,
  );
});

withChef(
  'the cookbook installs the gem and registers the handler',
  async () => {
    const gemHome = temporaryFolder();
    const before = await events();
    const cookbook = buildCookbook(temporaryFolder());
    writeFileSync(
      join(cookbook, 'attributes/default.rb'),
      `default['anthracite_handler']['options'] = { 'port' => ${server.tcpPort}, 'tags' => ['by=cookbook'] }\n`,
    );
    const { result, log } = await runChef({
      runList: ['recipe[anthracite_handler]', 'role[web]'],
      cookbook,
      gemHome,
    });
    expect(log).toContain('Enabling Chef::Handler::Anthracite as a exception handler.');
    expect(result).toBe('success');
    const news = (await events()).slice(before.length);
    expect(news).toHaveLength(1);
    expect(news[0]?.tags).toContain('by=cookbook');
    expect(news[0]?.description).toMatch(/chef_gem\[chef-handler-anthracite\] install/);
  },
  600_000,
);

// It is in no registry that the peers come from.
needs('cinc-client', hasCinc, 'optional')(
  'cinc-client sends its runs',
  async () => {
    const before = await events();
    const url = `${server.url}/chef/data-collector`;
    const { exitCode, output } = await runCinc(
      'role[web]',
      url,
      `host: '127.0.0.1', port: ${server.tcpPort}`,
    );
    expect(exitCode === 0 ? '' : output).toBe('');
    await until(async () => (await events()).length > before.length, 'the event is stored', 30);
    expect((await events()).slice(before.length)).toEqual([
      expect.objectContaining({
        type: 'chef',
        description: expect.stringContaining('webapp_vhost[shop.example.com]'),
      }),
    ]);
  },
  600_000,
);

withChef('no secret of the recipes is in an event or in the log of the server', async () => {
  expect(JSON.stringify(await events())).not.toMatch(/s3cret|restarts\.log|relation orders/);
  expect(server.log()).not.toMatch(/s3cret|db_password/);
});
