// Real runs of Chef's own client class: by the data collector, by the handler, and by both, each run is one event.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasChef, needs, temporaryFolder, until } from '@anthracite/testing';
import { buildCookbook, type ChefTask, hasCinc, installGem, runChef, runCinc } from './chef-run';
import { type Served, serve } from './program';

const withChef = needs("Chef's library", hasChef);

let server: Served;
beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'), ['--log-level', 'debug']);
  // Now it has searched its store for failing nodes: later data of the handler is new to the data collector's door.
  const body = readFileSync(
    join(__dirname, '../../../chef-handler/test/fixtures/unchanged.2.run_converge.json'),
  );
  await fetch(`${server.url}/chef/data-collector`, { method: 'POST', body });
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

/** Runs Chef with both ways to the server, and returns the new events: the same from either way. */
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
  if (!task.whyRun) await until(async () => (await commits()) > told, 'the end of the run was reported', 30);
  const after = await events();
  if (after.length > before.length) {
    await until(async () => (await committed()) > stored, "the data collector's event was committed", 30);
  }
  return { outcome, news: (await events()).slice(before.length) };
}

describe('a run and its event', () => {
  withChef(
    'lists many changes for a first run, and only the repeated ones for the second',
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
            /^web01\.example\.com: 5 changed: .*\nproduction webapp@1\.4\.2 in (<1|\d+)s\nfile\[.*app\.conf\] create\n(.*\n)*webapp_vhost\[shop\.example\.com\] create\n(.*\n)*execute\[restart webapp\] run$/,
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
          description: expect.stringMatching(/: 1 changed: execute\[printf \.\.\.\] run\n/),
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
      /: failed, 1 changed, 1 not run: execute\[migrate database\] run, \+1 more\n.*\nexecute\[migrate database\] run \(webapp::failing\) Expected process to exit with \[0\], but received '3'\nfile\[/,
    ],
    [
      'a recipe that does not compile',
      { runList: ['recipe[webapp::broken]'] },
      'NoMethodError',
      /failed before its first resource: NoMethodError: .*\n.*\nNoMethodError: undefined method `no_such_resource'/,
    ],
    [
      'a cookbook that the server has not',
      { runList: ['recipe[nosuch]'] },
      'Net::HTTPClientException',
      /failed before its cookbooks were loaded: No such cookbook: nosuch\n.*\nError Resolving Cookbooks for Run List: Missing Cookbooks: No such cookbook: nosuch\nrecipe\[nosuch\]$/,
    ],
    [
      'a run list with a role that is not there',
      { runList: ['role[nosuch]'] },
      'Chef::Exceptions::MissingRole',
      /failed before its cookbooks were loaded: \* nosuch included by 'top level'\n.*\nError expanding the run_list: Missing Role\(s\) in Run List: .*\nrole\[nosuch\]$/,
    ],
    [
      'a Chef server that is away',
      { runList: ['role[web]'], chefServer: 'http://127.0.0.1:9/organizations/acme' },
      'Errno::ECONNREFUSED',
      /^fails\d\.example\.com: failed before its node was known: Connection refused .*\n.*\nChef Infra Client encountered an error /,
    ],
  ];
  // Each on a separate node: on a failing node, another failure is reported within the same span.
  for (const [i, [name, task, reason, description]] of failures.entries()) {
    withChef(
      name,
      async () => {
        const nodeName = `fails${i}.example.com`;
        const { outcome, news } = await converge({ ...task, nodeName });
        expect(outcome).toMatchObject({ result: 'failure', class: reason });
        expect(news).toEqual([
          expect.objectContaining({
            type: 'chef_failed_start',
            description: expect.stringMatching(description),
          }),
        ]);
        expect(news[0]?.tags).toContain(`reason=${reason}`);
        expect(news[0]?.tags).toContain(`span=${nodeName}`);
      },
      600_000,
    );
  }

  withChef(
    'reports no changes for a why-run',
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
    'sends a run by the data collector',
    async () => {
      const before = (await events()).length;
      await runChef({ runList: ['role[web]'], collector: `${server.url}/chef/data-collector` });
      await until(async () => (await events()).length === before + 1, 'the event is stored', 30);
    },
    600_000,
  );

  withChef(
    'sends a run by the handler, from gem install of the built gem',
    async () => {
      const before = (await events()).length;
      const gemHome = temporaryFolder();
      installGem(gemHome);
      const handler = `host: '127.0.0.1', port: ${server.tcpPort}`;
      const { result, log } = await runChef({ runList: ['role[web]'], handler, gemHome });
      expect([result, log]).toEqual(['success', expect.not.stringContaining('Anthracite')]);
      expect((await events()).length).toBe(before + 1);
    },
    600_000,
  );

  withChef(
    'sends a run by the handler over HTTP',
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
  'fails no run for the cookbook from a clean checkout without the gem, and reports it',
  async () => {
    const cookbook = join(temporaryFolder(), 'anthracite_handler');
    cpSync(join(__dirname, '../../../chef-handler/cookbook/anthracite_handler'), cookbook, {
      recursive: true,
      filter: (file) => !file.endsWith('.gem'),
    });
    const { result, log } = await runChef({ runList: ['recipe[anthracite_handler]', 'role[web]'], cookbook });
    expect(result).toBe('success');
    expect(log).toContain('chef-handler-anthracite.gem is not in files/ of anthracite_handler');
  },
  600_000,
);

withChef(
  'installs the gem and registers the handler with the cookbook',
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
    expect(news[0]?.description).toMatch(/chef_gem\[chef-handler-anthracite\] upgrade/);
  },
  600_000,
);

// It is in no registry of the peers.
needs('cinc-client', hasCinc, 'optional')(
  'sends the runs of cinc-client',
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

withChef('shows no secret of the recipes in an event or in the log of the server', async () => {
  expect(JSON.stringify(await events())).not.toMatch(/s3cret|restarts\.log|relation orders/);
  expect(server.log()).not.toMatch(/s3cret|db_password/);
});
