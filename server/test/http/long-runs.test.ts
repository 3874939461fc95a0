// Long runs of one character take linear time: a header or form full of spaces cannot block the server.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

const form = 'application/x-www-form-urlencoded';
const run = (sign: string): string => sign.repeat(870_000 - 100);
const post = (path: string, body: string): Promise<Response> =>
  server.fetch(path, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { 'content-type': form, origin: server.url, accept: 'text/html' },
  });

test('handles spaces in If-None-Match', async () => {
  await server.send('1500000000 a x\n');
  const headers = { 'if-none-match': `"a"${' '.repeat(60_000)}"b"` };
  const asked = Array.from({ length: 24 }, () => server.fetch('/events/json', { headers }));
  const answers = await Promise.all([...asked, server.fetch('/health')]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test.each([
  [
    'line ends in the text of the original’s form',
    '/events/add',
    201,
    `event_type=a&event_desc=x${run('%0A')}y`,
  ],
  [
    'blanks in the text of the form of a page',
    '/add',
    400,
    `type=a&tags=&time=&zone=UTC&description=x${run('+++')}y`,
  ],
])('%s', async (_what, path, status, body) => {
  const [answer, health] = await Promise.all([post(path, body), server.fetch('/health')]);
  expect(answer.status).toBe(status);
  expect(health.status).toBe(200);
});

test('handles line ends in a rejected line that is submitted again', async () => {
  await server.send('wrong\n');
  const { rejects } = (await server.json('/rejects')) as { rejects: { id: number }[] };
  const answer = await post(`/rejects/${rejects[0]?.id}/resubmit`, `line=x${run('%0A')}y`);
  expect(answer.status).toBe(400);
});
