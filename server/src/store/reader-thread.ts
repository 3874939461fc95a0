// A thread that answers questions. It never writes.

import { Catalog } from './catalog';
import { ChangeReader } from './change-reader';
import { Counter } from './counter';
import { checkDatabase, openReadOnly } from './database';
import { Reader } from './reader';
import { Records } from './records';
import { ReportReader } from './report-reader';
import { SpanFinder } from './span-finder';
import { SpanIndex } from './span-index';
import { SpanNewsReader } from './span-news';
import { Statements } from './statements';
import { SuspectFinder } from './suspect-finder';
import { type Handlers, serveThread, threadData } from './thread-server';

/** What the thread is started with. */
export interface ReaderThreadData {
  readonly file: string;
}

export type ReaderHandlers = ReturnType<typeof createHandlers>;

function createHandlers(file: string) {
  const db = openReadOnly(file);
  const statements = new Statements(db);
  const reader = new Reader(statements, file);
  const counter = new Counter(statements, reader);
  const spanIndex = new SpanIndex(statements, file);
  const spanFinder = new SpanFinder(statements, spanIndex);
  const suspectFinder = new SuspectFinder(
    reader,
    new ChangeReader(statements, reader),
    spanFinder,
    spanIndex,
  );
  const reportReader = new ReportReader(statements, reader, spanFinder);
  const catalog = new Catalog(statements);
  const records = new Records(statements);
  const spanNews = new SpanNewsReader(statements, records, spanIndex, spanFinder);
  const questions = {
    event: reader.event.bind(reader),
    page: reader.page.bind(reader),
    groupedPage: reader.groupedPage.bind(reader),
    groupOf: reader.groupOf.bind(reader),
    report: reportReader.report.bind(reportReader),
    spans: spanFinder.list.bind(spanFinder),
    illustratedReport: reportReader.illustratedReport.bind(reportReader),
    spanPage: spanFinder.page.bind(spanFinder),
    span: spanFinder.span.bind(spanFinder),
    suspects: suspectFinder.suspects.bind(suspectFinder),
    followers: suspectFinder.followers.bind(suspectFinder),
    ids: reader.ids.bind(reader),
    news: reader.news.bind(reader),
    spanNews: spanNews.news.bind(spanNews),
    countBySecond: counter.countBySecond.bind(counter),
    counts: counter.counts.bind(counter),
    countsBetween: counter.countsBetween.bind(counter),
    types: catalog.types.bind(catalog),
    tags: catalog.tags.bind(catalog),
    names: catalog.names.bind(catalog),
    statistics: catalog.statistics.bind(catalog),
    ledger: records.ledger.bind(records),
    ledgerEntry: records.ledgerEntry.bind(records),
    history: records.history.bind(records),
    newestHistory: records.newestHistory.bind(records),
    position: records.position.bind(records),
    changesAfter: records.changesAfter.bind(records),
  };
  return {
    ...atOneMoment(statements, questions),
    check: () => checkDatabase(db, file),
    close: () => db.close(),
  };
}

/** The same handlers, each of which sees the events as they are when it begins, whatever comes meanwhile. */
function atOneMoment<H extends Handlers>(statements: Statements, handlers: H): H {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (...args: never[]) => statements.atOneMoment(() => handler(...args)),
    ]),
  ) as H;
}

const { file } = threadData<ReaderThreadData>();
serveThread(file, () => ({ handlers: createHandlers(file) }));
