// An app that cannot be built releases everything.

import { until } from '@anthracite/testing';
import { createApp, loadConfig, openLog } from '../src';
import { newDatabase, start } from './start';

const threads = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

test('leaves no thread of the store running and frees the file when a part cannot be built', async () => {
  const database = await newDatabase();
  const { settings } = loadConfig({ database, http: '127.0.0.1:0', tcp: '127.0.0.1:0' }, {});
  const before = threads();
  const app = createApp({
    settings: { ...settings, 'tcp-allow': ['nowhere'] },
    tokens: [],
    logger: openLog('silent').logger,
    version: '0.0.0-test',
    onFatal: () => {},
  });
  await expect(app).rejects.toThrow('address');
  await until(() => threads() <= before, 'the threads have ended');
  const server = await start({ database });
  expect(await server.send('1 a b\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  await server.stop();
});
