// Creates all readers that answer queries over one asker.

import type { Asker } from '../storage/asker';
import type { Answers } from './answers';
import { Catalog } from './catalog';
import { ChangeReader } from './change-reader';
import { Counter } from './counter';
import { NewsReader } from './news-reader';
import { Reader } from './reader';
import { Records } from './records';
import { ReportReader } from './report-reader';
import { SeriesReader } from './series-reader';
import { SpanFinder } from './span-finder';
import { SpanIndex } from './span-index';
import { SpanNewsReader } from './span-news';
import { SuspectFinder } from './suspect-finder';

/** Answers all queries over one asker: one query at a time, each over a consistent snapshot. */
export function createAnswers(asker: Asker): Answers {
  const series = new SeriesReader(asker);
  const reader = new Reader(asker, series);
  const counter = new Counter(asker, series, reader);
  const index = new SpanIndex(asker, series);
  const finder = new SpanFinder(asker, index);
  const suspects = new SuspectFinder(reader, new ChangeReader(asker, series, reader), finder, index);
  const reports = new ReportReader(asker, series, reader, finder);
  const catalog = new Catalog(asker);
  const records = new Records(asker);
  const news = new NewsReader(reader, records);
  const spanNews = new SpanNewsReader(records, index, finder);
  return {
    event: reader.event.bind(reader),
    page: reader.page.bind(reader),
    events: reader.events.bind(reader),
    count: reader.count.bind(reader),
    ids: reader.ids.bind(reader),
    groupOf: reader.groups.of.bind(reader.groups),
    spanPage: finder.page.bind(finder),
    spans: finder.list.bind(finder),
    span: finder.span.bind(finder),
    suspects: suspects.suspects.bind(suspects),
    followers: suspects.followers.bind(suspects),
    report: reports.report.bind(reports),
    illustratedReport: reports.illustratedReport.bind(reports),
    countBySecond: counter.countBySecond.bind(counter),
    counts: counter.counts.bind(counter),
    countsBetween: counter.countsBetween.bind(counter),
    types: catalog.types.bind(catalog),
    tags: catalog.tags.bind(catalog),
    names: catalog.names.bind(catalog),
    rejects: records.rejects.bind(records),
    reject: records.reject.bind(records),
    rejectCount: records.rejectCount.bind(records),
    key: records.key.bind(records),
    history: records.history.bind(records),
    newestHistory: records.newestHistory.bind(records),
    position: news.position.bind(news),
    start: news.start.bind(news),
    news: news.news.bind(news),
    spanNews: spanNews.news.bind(spanNews),
    statistics: catalog.statistics.bind(catalog),
  };
}
