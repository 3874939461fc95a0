// Every way to read events from SQLite agrees with a plain filter.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { followAll, open } from './opened';
import { selectionSuite } from './suite/selection';

const folder = temporaryFolder();
let files = 0;

selectionSuite({
  runs: 150,
  open: async () => {
    const opened = open(join(folder, `${files++}.db`));
    const { writer, asker } = opened;
    return {
      ...opened,
      append: async (batch) => writer.append(batch),
      follow: (series, search) => {
        writer.follow('series', series);
        writer.follow('search', search);
      },
      followAll: () => followAll(writer, 10_000),
      atOneMoment: (ask) => asker.atOneMoment(ask),
      close: async () => opened.close(),
    };
  },
});
