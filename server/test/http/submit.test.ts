import { start, type TestServer } from '../start';

let server: TestServer;
const now = 1_700_000_000_000;
beforeAll(async () => {
  server = await start({}, () => now);
});

// curl's default; the first character shows the format of the body.
const asForm = { 'Content-Type': 'application/x-www-form-urlencoded' };

async function post(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = asForm) {
  const response = await server.fetch('/events', { method: 'POST', body, headers });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    json: text === '' ? null : JSON.parse(text),
  };
}
const asText = { 'Content-Type': 'text/plain; charset=utf-8' };

test.each([
  ['Application/JSON; Charset=UTF-8', '{"type": "upper", "description": "as JSON"}', 201],
  ['Text/PLAIN', '1467844481 upper as a line\n', 200],
  [' application/json ', '{"type": "upper", "description": "with blanks"}', 201],
])('reads the media type %j in any case', async (type, body, status) => {
  expect((await post(body, { 'Content-Type': type })).status).toBe(status);
});

describe('one event in our format', () => {
  test('is answered with 201 and its id, and with 200 and the same id as a duplicate', async () => {
    const body =
      '{"time": 1467844481250, "type": "deploy", "description": "release 1", "tags": ["env=prod"]}';
    const first = await post(body);
    expect(first).toMatchObject({ status: 201, json: { id: expect.any(Number), new: true } });
    expect(await post(body)).toMatchObject({ status: 200, json: { id: first.json.id, new: false } });
  });

  test('gets the present time by default, and the given time as text', async () => {
    const { json } = await post('{"type": "clock", "description": "now"}');
    await post('{"type": "clock", "description": "then", "time": "2016-07-06T22:34:41.250Z"}');
    const { events } = (await server.json('/events/json?type=clock')) as {
      events: { id: number; time: number }[];
    };
    expect(events.map((event) => event.time)).toEqual([1_467_844_481_250, now]);
    expect(events[1]?.id).toBe(json.id);
  });

  test.each([
    ['{"type": "a"}', 'BAD_FIELD', 'the field "description" is missing'],
    ['{"type": 7, "description": "x"}', 'BAD_FIELD', 'the field "type" is "7"'],
    ['{"type": "a", "description": "x", "tags": "b c"}', 'BAD_FIELD', 'array of strings'],
    ['{"type": "a", "description": "x", "time": 1.5}', 'BAD_FIELD', 'whole milliseconds'],
    ['{"type": "a", "description": "x", "time": "soon"}', 'BAD_TIME', 'soon'],
    [
      '{"type": "a", "description": "x", "desc": "y"}',
      'UNKNOWN_FIELD',
      'known fields: time, type, description, tags, key',
    ],
    ['{"type": "a b", "description": "x"}', 'WHITE_SPACE_IN_TYPE', '"a b"'],
    ['{"type": "a", "description": ""}', 'EMPTY_DESCRIPTION', 'describe what happened'],
    ['{"type": "a", "description": "\\ud800"}', 'LONE_SURROGATE', 'surrogate'],
    ['{}', 'BODY_NOT_EVENT', 'the body is "{}"'],
    ['[]', 'BODY_NOT_EVENT', '[]'],
    ['null', 'BODY_NOT_EVENT', 'null'],
    ['{"type": "a", ', 'BODY_NOT_JSON', 'text/plain'],
    ['', 'BODY_NOT_JSON', 'JSON'],
    [Buffer.from('{"type": "caf\xe9"}', 'latin1'), 'BODY_NOT_UTF8', 'UTF-8'],
    ['{"type": "a", "type": "b", "description": "x"}', 'DUPLICATE_KEY', '"type"'],
    ['{"type": "a", "\\u0074ype": "b", "description": "x"}', 'DUPLICATE_KEY', '"type"'],
    ['[{"type": "a", "description": "x"}, {"what": "x", "what": "y"}]', 'DUPLICATE_KEY', '"what"'],
    [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'JSON_TOO_DEEP', '64 levels'],
    [`{"type": ${'['.repeat(5_000)}`, 'JSON_TOO_DEEP', '64 levels'],
    [
      `{"what": "x", "what": "y", "data": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      'JSON_TOO_DEEP',
      '64 levels',
    ],
    ['{"__proto__": {"what": "x"}}', 'BODY_NOT_EVENT', '__proto__'],
  ])('is refused when it is %s, as %s', async (body, code, words) => {
    const { status, json } = await post(body);
    expect(json).toMatchObject({ code, error: expect.stringContaining(words) });
    expect(status).toBe(400);
  });
});

test('can have a byte order mark before JSON', async () => {
  const body = Buffer.from('\ufeff{"type": "marked", "description": "x"}');
  expect(await post(body)).toMatchObject({ status: 201 });
  expect(await post(body, asText)).toMatchObject({ status: 200 });
});

describe('many events', () => {
  test('are read as JSON although the client declares text', async () => {
    expect(await post(' [{"type": "text", "description": "x"}]', asText)).toMatchObject({
      status: 200,
      json: { stored: 1 },
    });
  });

  test('are answered item by item in an array, in both formats', async () => {
    const second = 1_500_000_000_000;
    const { status, json } = await post(
      JSON.stringify([
        { time: second, type: 'many', description: 'ours' },
        { when: 1, what: "Graphite's", tags: 'many' },
        { type: 'many' },
        { time: second, type: 'many', description: 'ours' },
        'text',
      ]),
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({ stored: 2, duplicate: 1, rejected: 2 });
    expect(json.events.map((event: { new: boolean }) => event.new)).toEqual([true, true, false]);
    expect(json.events[2].id).toBe(json.events[0].id);
    expect(json.problems).toMatchObject([
      { item: 3, code: 'BAD_FIELD' },
      { item: 5, code: 'BAD_FIELD' },
    ]);
  });

  test('are answered line by line, and wrong lines are kept as rejected lines', async () => {
    const { status, json } = await post(
      '1467844481 lines one\n# no event\nwrong\n1467844482 lines two\n',
      asText,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({
      stored: 2,
      duplicate: 0,
      rejected: 1,
      problems: [{ line: 3, code: 'MISSING_FIELD' }],
    });
    expect(await server.json('/rejects')).toMatchObject({ rejects: [{ door: 'http', line: 'wrong' }] });
  });

  test('can include a comment in another encoding', async () => {
    const lines = Buffer.from('# caf\xe9\n1467844484 lines three\n#\xff', 'latin1');
    expect(await post(lines, asText)).toMatchObject({ status: 200, json: { stored: 1, rejected: 0 } });
  });

  test('are answered with 400 and the reasons when none is accepted', async () => {
    expect(await post('wrong', asText)).toMatchObject({
      status: 400,
      json: { rejected: 1, code: 'MISSING_FIELD' },
    });
    expect(await post('[{"type": "a"}]')).toMatchObject({
      status: 400,
      json: { rejected: 1, code: 'BAD_FIELD' },
    });
  });

  test('can include lines above the limit of the line port, so that an export can be imported', async () => {
    const { json } = await post(`1467844483 lines ${'x'.repeat(100_000)}`, asText);
    expect(json).toMatchObject({ stored: 1 });
  });
});

describe('limits of a request', () => {
  test('refuse a large body before it is read', async () => {
    expect(await post('x'.repeat(2_700_000))).toMatchObject({
      status: 413,
      json: { code: 'BODY_TOO_LARGE' },
    });
  });

  test('refuse hostile parameters with a message, never with 500', async () => {
    const paths = [
      '/events/json?limit=0',
      '/events/json?limit=-1',
      '/events/json?order=sideways',
      '/events/json?after=1',
      '/events/json?nonsense=1',
      '/events/json?from=yesterdayish',
      `/events/json?${'limit=1&'.repeat(65)}`,
      `/events/json?${Array.from({ length: 257 }, (_, i) => `any=${i}*`).join('&')}`,
      `/events/json?type=${'x'.repeat(5_000)}`,
      '/types?limit=1000000000',
      '/events/99999999999999999999',
      '/events/0x10',
      '/events/get_data?from=x',
      `/events/get_data?tags=${'a+'.repeat(100)}`,
      '/rejects?before=x',
      '/events/%ff',
    ];
    for (const path of paths) {
      const response = await server.fetch(path, { headers: { Accept: 'application/json' } });
      expect([path, response.status >= 400 && response.status < 500]).toEqual([path, true]);
      expect(Object.keys((await response.json()) as object)).toContain('error');
    }
  });

  test('treat SQL in a value as text', async () => {
    for (const value of ["'; DROP TABLE events; --", '" OR 1=1', '%', '_', "a' UNION SELECT 1,2,3,4 --"]) {
      const encoded = encodeURIComponent(value);
      expect(await server.json(`/events/json?type=${encoded}`)).toMatchObject({ events: [] });
      expect(await server.json(`/events/json?all=${encoded}`)).toMatchObject({ events: [] });
      expect(await server.json(`/events/get_data?tags=${encoded}`)).toEqual([]);
      expect(await server.json(`/tags?prefix=${encoded}`)).toMatchObject({ tags: [] });
    }
    expect(((await server.json('/events/json')) as { events: unknown[] }).events.length).toBeGreaterThan(0);
  });
});

describe('a page of another site', () => {
  const body = '{"type": "csrf", "description": "x"}';

  test.each([
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'http://127.0.0.1:1' },
  ])('cannot change anything: %j', async (headers) => {
    expect(await post(body, headers as Record<string, string>)).toMatchObject({
      status: 403,
      json: { code: 'FOREIGN_ORIGIN' },
    });
    expect(await server.json('/events/json?type=csrf')).toMatchObject({ events: [] });
    for (const path of ['/rejects/1/resubmit', '/rejects/1']) {
      const method = path.endsWith('1') ? 'DELETE' : 'POST';
      expect((await server.fetch(path, { method, headers: headers as Record<string, string> })).status).toBe(
        403,
      );
    }
  });

  test('differs from our own page and programs, which can', async () => {
    expect(await post(body, { Origin: server.url })).toMatchObject({ status: 201 });
    expect(await post(body)).toMatchObject({ status: 200 });
  });
});

test('cannot use jsonp with anything except a name', async () => {
  for (const callback of ['alert(1)//', 'a b', '', '<script>', 'a[0]', 'x'.repeat(200)]) {
    const response = await server.fetch(`/events/get_data?jsonp=${encodeURIComponent(callback)}`);
    expect([callback, response.status]).toEqual([callback, 400]);
  }
  const response = await server.fetch('/events/get_data?tags=none&jsonp=my.callback_1');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).toBe('my.callback_1([])');
});
