// The header of a database during constant writes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { openForWriting } from '../../src/storage/sqlite/database';
import { readFileHeader } from '../../src/storage/sqlite/file/file-header';
import { applicationId, schemaVersion } from '../../src/storage/sqlite/migrations';

// Fills the log and restarts it repeatedly.
const writing = `
  const { connect } = require(process.argv[1]);
  const db = connect(process.argv[2]);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  const user = db.prepare("UPDATE meta SET value = value + 1 WHERE key = 'rejects_forgotten'");
  process.on('message', () => process.exit());
  const turn = () => {
    for (let i = 0; i < 3; i++) {
      // Another page is at the place of the first one.
      for (let others = Math.floor(3 * Math.random()); others > 0; others--) user.run();
      db.pragma('application_id = ${applicationId}');
    }
    db.pragma('wal_checkpoint(RESTART)');
    if (process.connected) setImmediate(turn);
  };
  turn();
  process.send('writes');
`;

test('is complete while another process overwrites its log', async () => {
  const file = join(temporaryFolder(), 'busy.db');
  openForWriting(file).close();
  const binding = join(__dirname, '../../src/storage/sqlite/sqlite-binding.js');
  const writer = spawn(process.execPath, ['-e', writing, binding, file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    await once(writer, 'message');
    for (let look = 0; look < 2_000; look++) {
      expect(readFileHeader(file)).toEqual({ userVersion: schemaVersion, applicationId, hasTables: true });
    }
  } finally {
    writer.kill();
    await once(writer, 'exit');
  }
});
