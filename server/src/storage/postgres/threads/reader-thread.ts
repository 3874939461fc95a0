// A thread that answers queries over a connection of its own.

import { createAnswers } from '../../../answers/create-answers';
import { type Handlers, serveThread, threadData } from '../../threads/thread-server';
import type { PostgresAsker } from '../postgres-asker';
import { createAsker, explainReading, type ReadingThreadData } from './reading-thread';

/** The same handlers. Each one sees the events as they are when it starts, regardless of later changes. */
function atOneMoment<H extends Handlers>(asker: PostgresAsker, handlers: H): H {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (...args: never[]) => asker.atOneMoment(async () => handler(...args)),
    ]),
  ) as H;
}

const data = threadData<ReadingThreadData>();
serveThread(
  (error) => explainReading(error, data),
  () => {
    const asker = createAsker(data);
    const handlers = { ...atOneMoment(asker, { ...createAnswers(asker) }), close: () => asker.close() };
    return { handlers };
  },
);
