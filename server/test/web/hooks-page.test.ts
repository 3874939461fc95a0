// The page of hooks: deliveries with their outcomes, without secrets, and what to do without a hook.

import { startWithHooks, writer } from '../hooks/hook-server';
import { start } from '../start';
import { visit } from './pages';

const secret = 'anthracite-fixture-secret';
const settings = { 'read-access': 'open' };
const mayWrite = { authorization: `Bearer ${writer}` };

test('shows the address of each hook and what its senders need, but no secret', async () => {
  const { server } = await startWithHooks(undefined, { settings });
  const page = await visit(server, '/hooks');
  expect(page.status).toBe(200);
  for (const text of [
    'Address: /hooks/github . Senders sign',
    'Kind: json. Address: /hooks/my-ci . Senders need a token',
    'No deliveries yet',
  ])
    expect(page.text).toContain(text);
  expect(page.html).not.toContain(secret);
  expect(page.html).not.toContain(writer);
});

test('lists deliveries with their outcomes, and shows hostile reasons as text', async () => {
  const { server } = await startWithHooks(undefined, { settings });
  const deliver = (path: string, body: string): Promise<Response> =>
    server.fetch(path, {
      method: 'POST',
      body,
      headers: { ...mayWrite, 'content-type': 'application/json' },
    });
  await deliver('/hooks/my-ci', '{"build": {"ok": false}}');
  await deliver('/hooks/github', '{}');
  for (let i = 0; i < 7; i++) await deliver('/hooks/cloudevents', '<script>alert(1)</script>');
  const { html, text } = await visit(server, '/hooks');
  expect(text).toContain('1 ignored');
  expect(text).toContain('1 refused');
  expect(text).toContain('refused: wrong signature or secret');
  expect(text).toContain('2 earlier deliveries');
  expect(html).not.toContain('<script>alert');
});

test('says how to add the first hook', async () => {
  const server = await start();
  expect((await visit(server, '/hooks')).text).toContain('hooks: alertmanager: {}');
  expect((await visit(server, '/rejects')).html).toContain('href="/hooks"');
});
