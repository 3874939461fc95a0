// Reads the setting `send`: what is valid, and errors that name the value, the rule and the line.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { loadConfig } from '../../src';

const folder = temporaryFolder();
const secret = join(folder, 'secret');
writeFileSync(secret, `whsec_${Buffer.from('a'.repeat(24)).toString('base64')}\n`);
writeFileSync(join(folder, 'short'), 'whsec_YWJj\n');
writeFileSync(join(folder, 'empty'), '\n');

function load(text: string) {
  const config = join(folder, 'anthracite.yaml');
  writeFileSync(config, text.replaceAll('<', `${folder}/`).replaceAll('>', ''));
  return loadConfig({ config }, {}).targets;
}

test('names targets by shape and host, and reads selections', () => {
  const targets = load(`send:
  - { url: https://hooks.slack.com/services/T/B/x, as: slack, type: deploy_*, none: [env=test, env=dev] }
  - { url: "https://grafana.example.com/api/annotations/", as: grafana, spans: true }
  - { url: "https://ops.example.com/in", secret-file: <secret>, changes: true }
  - { as: mail, smtp: "smtps://ops@mail.example.com", from: a@example.com, to: b@example.com, secret-file: <secret> }
`);
  expect(targets).toMatchObject([
    { name: 'slack-hooks.slack.com', selection: { type: ['deploy_*'], none: ['env=test', 'env=dev'] } },
    { name: 'grafana-grafana.example.com', spans: true },
    { name: 'standard-webhooks-ops.example.com', changes: true, secrets: [expect.stringMatching(/^whsec_/)] },
    { name: 'mail-mail.example.com', from: 'a@example.com', to: ['b@example.com'] },
  ]);
  expect(targets[1]?.url.pathname).toBe('/api/annotations');
});

test.each([
  ['send: { url: x }', 'line 1: send: expected a list of targets such as'],
  ['send:\n  - 5', 'line 2: send: "target 1": expected options such as'],
  ['send:\n  - {}', 'line 2: send: "target 1": the option url is missing'],
  [
    'send:\n  - url: ftp://x\n',
    'line 2: send: "target 1": url: expected an http(s) URL without user and password',
  ],
  ['send:\n  - url: https://u:p@x\n', 'url: expected an http(s) URL without user and password'],
  [
    'send:\n  - url: https://x\n    as: irc\n',
    'line 3: send: "target 1": as: expected one of standard-webhooks, slack',
  ],
  [
    'send:\n  - url: https://x\n    types: y\n',
    'line 3: send: "target 1": types: unknown option; known are name, as, url',
  ],
  [
    'send:\n  - url: https://x\n    to: y\n',
    'to: a target with "as: standard-webhooks" does not have this option',
  ],
  ['send:\n  - url: https://x\n    spans: maybe\n', 'spans: expected true or false'],
  ['send:\n  - url: https://x\n    type: []\n', 'type: expected types or patterns'],
  ['send:\n  - url: https://x\n    name: A B\n', 'name: expected a name of lower-case letters'],
  [
    'send:\n  - url: https://x\n  - url: https://x/y\n',
    'line 3: send: two targets have the name standard-webhooks-x; set "name"',
  ],
  ['send:\n  - url: https://x/annotations\n    as: grafana\n', 'expected the URL of the annotations API'],
  [
    'send:\n  - as: mail\n    smtp: smtp://u:p@x\n    from: a@x.y\n    to: a@x.y\n',
    'its password is in secret-file',
  ],
  [
    'send:\n  - as: mail\n    smtp: smtp://x\n    from: "a@x.y\\nBcc: b"\n    to: a@x.y\n',
    'from: expected a mail address',
  ],
  ['send:\n  - as: mail\n    smtp: smtp://x\n    from: a@x.y\n', 'the option to is missing'],
  ['send:\n  - url: https://x\n    secret-file: <short>\n', 'expected whsec_ and 24 to 64 bytes in base64'],
  ['send:\n  - url: https://x\n    secret-file: <empty>\n', 'holds no secret'],
  ['send:\n  - url: https://x\n    token-file: <empty>\n', 'does not hold a token'],
  ['send:\n  - url: https://x\n    token-file: <nosuch>\n', 'cannot be read'],
  ['sned:\n  - url: https://x\n', 'unknown setting "sned"; did you mean send?'],
])('refuses %j', (text, why) => {
  expect(() => load(text)).toThrow(why);
});

test('never repeats the address in an error', () => {
  for (const text of [
    'send:\n  - url: https://u:p@example.com/hidden\n',
    'send:\n  - { as: grafana, url: https://x/hidden }\n',
  ]) {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
    );
  }
});
