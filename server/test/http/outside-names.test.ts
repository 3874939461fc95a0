// Projects and people with names that end like marks of spans: their deployments open no span and count as deployments.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
  await server.send(
    [
      '1500000000 deploy_kick_start;version=1;commit=aa release 1',
      '1500000100 deploy_back_end;version=2 release 2',
      '1500000200 manual_van_den_end restarted apache',
      '1500000300 deploy_shop_start;span=s release 3 begins',
      '1500000400 deploy_shop_end;span=s release 3 is everywhere',
      '1500000500 deploy_back_end;span=t ends what was never started',
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
  const capistrano = { what: 'Deploy', tags: 'kick_start,production,20170714,deploy', when: 1_500_000_600 };
  await server.json('/events/', { method: 'POST', body: JSON.stringify(capistrano) }).catch(() => {});
});

const range = 'from=1499990000&until=1500010000';

test('treats only marks with their own key as spans', async () => {
  expect(await server.json(`/spans?${range}`)).toMatchObject({
    spans: [
      { type: 'deploy_shop', key: 's', isOpen: false },
      { type: 'deploy_back', key: 't', isOpen: false },
    ],
  });
});

test('draws a deployment as an event and does not list it among the spans', async () => {
  const { events } = (await server.json(`/events/timeline?${range}&order=ascending`)) as {
    events: { type: string }[];
  };
  expect(events.map(({ type }) => type)).toEqual([
    'deploy_kick_start',
    'deploy_back_end',
    'manual_van_den_end',
    'kick_start',
  ]);
});

test('counts it as a deployment in the report', async () => {
  const report = await server.json(`/report?${range}`);
  expect(report).toMatchObject({ delivery: { deployments: 4 } });
});

test('adds and removes a mark with its key', async () => {
  const { events } = (await server.json(`/events/json?${range}&type=deploy_kick_start`)) as {
    events: { id: number }[];
  };
  const id = events[0]?.id;
  const edit = (tags: string[]): Promise<unknown> =>
    server.json(`/events/${id}`, { method: 'PATCH', body: JSON.stringify({ tags }) });
  await edit(['span=now']);
  expect(await server.json(`/spans?${range}&type=deploy_kick`)).toMatchObject({ spans: [{ key: 'now' }] });
  await edit(['version=1']);
  expect(await server.json(`/spans?${range}&type=deploy_kick`)).toMatchObject({ spans: [] });
});
