// Sends mail to a real SMTP server.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { atEnd, until } from '@anthracite/testing';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { startSending, targetsOf } from './receiver';

interface MailServer {
  readonly port: number;
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
}

async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: MailServer['mails'][number][] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  atEnd(() => new Promise<void>((resolve) => void server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const sendTo = (port: number, user = ''): string =>
  `send:\n  - { as: mail, name: ops, smtp: "smtp://${user}127.0.0.1:${port}", from: a@example.com, to: [ops@example.com, b@example.com]${user === '' ? '' : ', secret-file: <password>'} }\n`;

test('sends an event as mail to all recipients', async () => {
  const { port, mails } = await startMailServer();
  const server = await startSending(sendTo(port));
  await server.send('1480000000 deploy_shop "release 42 für alle\\nby Ann"\n');
  await until(() => mails.length === 1, 'the mail arrives');
  const [{ from, to, text } = { from: '', to: [], text: '' }] = mails;
  expect([from, to]).toEqual(['a@example.com', ['ops@example.com', 'b@example.com']]);
  expect(text).toMatch(/^Message-ID: <evt_1@anthracite>\r$/m);
  expect(text).toMatch(/^Subject: =\?UTF-8\?Q\?release_42_f=C3=BCr_alle\?=\r$/m);
  expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(text).toMatch(/^Date: Thu, 24 Nov 2016 15:06:40 \+0000\r$/m);
  expect(text).toContain('by Ann');
});

test('sends a mail again that the server could not take, and puts a refused one aside', async () => {
  let count = 0;
  const { port, mails } = await startMailServer({
    onMailFrom: (_address, _session, callback) => {
      count++;
      const responseCode = count < 3 ? 451 : count === 3 ? 550 : 0;
      callback(responseCode === 0 ? null : Object.assign(new Error('no'), { responseCode }));
    },
  });
  const server = await startSending(sendTo(port));
  await server.send('1 x one\n2 x two\n');
  await until(() => mails.length === 1, 'the second mail arrives');
  expect(mails[0]?.text).toContain('Subject: two');
  expect(server.pauses).toHaveLength(2);
  expect(await server.json('/targets/undelivered')).toMatchObject({
    messages: [{ title: 'x one', why: 'it answered 550' }],
  });
});

test('never sends the password without TLS', async () => {
  let attempts = 0;
  const { port, mails } = await startMailServer({
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => {
      attempts++;
      callback(null, { user: 'ops' });
    },
  });
  const server = await startSending(sendTo(port, 'ops@'), { files: { password: 'a-long-password' } });
  await server.send('1 x one\n');
  await until(async () => (await targetsOf(server))[0]?.['state'] === 'waiting', 'the target fails');
  expect([attempts, mails]).toEqual([0, []]);
});
