// The HTTP client against servers that answer, fail, hang, and are other programs.

import { quietPort } from '@anthracite/testing';
import { HttpClient, normalizeUrl, pauseBefore } from '../../src';
import { failureOf, httpServer } from './sockets';

const event = { time: 1_467_844_481_250, type: 'deploy', tags: ['env=prod'], description: 'a\nb' };
const once = { limit: 0, firstPauseMs: 1, maxPauseMs: 1, jitter: 0 };
const fast = { limit: 3, firstPauseMs: 1, maxPauseMs: 5, jitter: 0 };

test('sends a whole event with its time', async () => {
  let seen = '';
  const url = await httpServer((request, response, body) => {
    seen = `${request.method} ${request.url} ${request.headers['content-type']} ${body}`;
    response.writeHead(201).end('{"id":7,"new":true}');
  });
  expect(await new HttpClient(`${url}/`).submit(event)).toEqual({ id: 7, isNew: true });
  expect(seen).toBe(`POST /events application/json ${JSON.stringify(event)}`);
});

test('retries with a failing server and accepts a good response', async () => {
  let asked = 0;
  const url = await httpServer((_request, response) => {
    asked++;
    if (asked < 3)
      response.writeHead(503, { 'retry-after': '1' }).end('{"error":"busy","code":"QUEUE_FULL"}');
    else response.end('{"id":1,"new":false}');
  });
  expect(await new HttpClient(url, { retry: fast }).submit(event)).toEqual({ id: 1, isNew: false });
  expect(asked).toBe(3);
});

test('treats a refusal as final and keeps its code and message', async () => {
  let asked = 0;
  const url = await httpServer((_request, response) => {
    asked++;
    response.writeHead(400).end('{"error":"the type is empty\\u001b[2J","code":"EMPTY_TYPE"}');
  });
  const error = await failureOf(new HttpClient(url, { retry: fast }).submit(event));
  expect(error).toMatchObject({ code: 'REFUSED', serverCode: 'EMPTY_TYPE', isRetryable: false });
  expect(error.message).toBe('the type is empty\\u001b[2J');
  expect(asked).toBe(1);
});

test.each([
  ['a page of another program', 200, '<html>hello</html>', 'NOT_ANTHRACITE'],
  ['JSON of another program', 200, '{"hello":1}', 'NOT_ANTHRACITE'],
  ['an error page of a proxy, whose server is away', 502, '<html>Bad Gateway</html>', 'FAILING'],
  ['a redirect', 302, '', 'NOT_ANTHRACITE'],
])('does not accept %s as a response', async (_what, status, body, code) => {
  const url = await httpServer((_request, response) => {
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
  });
  expect(await failureOf(new HttpClient(url, { retry: once }).submit(event))).toMatchObject({ code });
});

test('reports that nothing listens', async () => {
  const error = await failureOf(
    new HttpClient(`127.0.0.1:${await quietPort()}`, { retry: once }).submit(event),
  );
  expect(error).toMatchObject({ code: 'UNREACHABLE', isRetryable: true });
  expect(error.message).toContain('ECONNREFUSED');
});

test('gives up on a server that hangs after the time limit', async () => {
  const url = await httpServer(() => {});
  const error = await failureOf(new HttpClient(url, { retry: once, timeoutMs: 50 }).submit(event));
  expect(error).toMatchObject({ code: 'TIMED_OUT' });
});

test('reports an error, not a short list, when a list breaks off', async () => {
  const url = await httpServer((_request, response) => {
    response.write('1 a "x"\n');
    setImmediate(() => response.destroy());
  });
  const read = async () => {
    for await (const _piece of new HttpClient(url, { retry: once }).stream('raw', {})) {
    }
  };
  expect(await failureOf(read())).toMatchObject({ code: 'CUT_SHORT' });
});

test('sends a token with every request, to its own server only, and shows it in no error', async () => {
  const seen: (string | undefined)[] = [];
  const other = await httpServer((request, response) => {
    seen.push(`other ${request.headers.authorization}`);
    response.end('{"events":[],"truncated":false}');
  });
  const url = await httpServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url?.startsWith('/events')) response.writeHead(307, { location: other });
    response.end('{"tokens":[]}');
  });
  const client = new HttpClient(url, { retry: once, token: 'hush-hush' });
  expect(await client.tokens()).toEqual([]);
  const error = await failureOf(client.events({}));
  expect(error.code).toBe('NOT_ANTHRACITE');
  expect(error.message).not.toContain('hush');
  expect(seen).toEqual(['Bearer hush-hush', 'Bearer hush-hush']);
  for (const token of ['', 'two words', 'hush\r\nX-Evil: 1', 'hush\u00e9']) {
    expect(() => new HttpClient(url, { token })).toThrow('expected one ASCII word');
  }
});

test.each([
  ['TOKEN_NEEDED', 'the server requires a token'],
  ['TOKEN_UNKNOWN', 'the server rejected the token'],
])('treats %s as final and says how to give a token', async (code, told) => {
  let asked = 0;
  const url = await httpServer((_request, response) => {
    asked++;
    response.writeHead(401).end(JSON.stringify({ error: 'words for programs', code }));
  });
  const error = await failureOf(new HttpClient(url, { retry: fast }).submit(event));
  expect(error).toMatchObject({ code: 'NO_ACCESS', serverCode: code, isRetryable: false });
  expect(error.message).toBe(
    `no access to ${url}: ${told}; give the file of a valid token with --token-file or ANTHRACITE_TOKEN_FILE, or the token in ANTHRACITE_TOKEN`,
  );
  expect(asked).toBe(1);
});

test('does not create a token again when the response is lost', async () => {
  let asked = 0;
  const url = await httpServer((_request, response) => {
    asked++;
    response.destroy();
  });
  expect(await failureOf(new HttpClient(url, { retry: fast }).createToken('a', ['read']))).toMatchObject({
    code: 'UNREACHABLE',
  });
  expect(asked).toBe(1);
});

test('encodes parameters and repeats those with several values', async () => {
  let asked = '';
  const url = await httpServer((request, response) => {
    asked = request.url ?? '';
    response.end('{"events":[],"truncated":false}');
  });
  await new HttpClient(`${url}/anthracite/`).events({ from: 'a b', tag: ['x=1&y', 'é'], until: undefined });
  expect(asked).toBe('/anthracite/events/json?from=a+b&tag=x%3D1%26y&tag=%C3%A9');
});

test.each(['', 'ftp://x', 'http://', 'http://a:b@c/', 'http://x/?a=1', 'http://x y/'])(
  'refuses the address %p with an example',
  (url) => {
    expect(() => new HttpClient(url)).toThrow('expected an address such as http://127.0.0.1:2006');
  },
);

test("doubles pauses up to a maximum, with a random part, and follows the server's Retry-After", () => {
  const rules = { limit: 9, firstPauseMs: 200, maxPauseMs: 5_000, jitter: 0.5 };
  expect([0, 1, 2, 9].map((retry) => pauseBefore(retry, rules, null, 0))).toEqual([200, 400, 800, 5_000]);
  expect(pauseBefore(0, rules, null, 1)).toBe(100);
  expect(pauseBefore(0, rules, 1_000, 1)).toBe(1_000);
  expect(pauseBefore(0, rules, 60_000, 1)).toBe(5_000);
});

test.each([
  'http://events.example.com',
  'HTTP://Events.Example.COM:80/',
  'events.example.com',
  'events.example.com:80//',
])('writes the address %s in one form', (url) => {
  expect(normalizeUrl(url)).toBe('http://events.example.com');
});
