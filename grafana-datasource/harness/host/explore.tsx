// The buttons of Explore: the histogram, live lines, and for the newest line its context and a filter for each of its labels.

import {
  CoreApp,
  type DataFrame,
  type DataSourceApi,
  hasLogsContextSupport,
  hasSupplementaryQuerySupport,
  hasToggleableQueryFiltersSupport,
  type LogRowContextQueryDirection,
  type LogRowModel,
  type PanelData,
  SupplementaryQueryType,
  type TimeRange,
} from '@grafana/data';
import { Button } from '@grafana/ui';
import * as React from 'react';
import { from, isObservable, type Unsubscribable } from 'rxjs';
import { type AnyQuery, panelData, requestOf } from './query-run';

interface ExploreButtonsProps {
  readonly datasource: DataSourceApi;
  readonly query: AnyQuery;
  readonly range: TimeRange;
  /** The shown log lines. */
  readonly frame: DataFrame | undefined;
  readonly onChange: (query: AnyQuery) => void;
  readonly onData: (data: PanelData) => void;
}

export function ExploreButtons({ datasource, query, range, frame, onChange, onData }: ExploreButtonsProps) {
  const live = React.useRef<Unsubscribable | null>(null);
  const [isLive, setIsLive] = React.useState(false);
  const request = requestOf(query, { refId: 'A', app: CoreApp.Explore, range });
  const follow = (asked: typeof request): Unsubscribable => {
    const answer = datasource.query(asked);
    return (isObservable(answer) ? answer : from(answer)).subscribe((one) => onData(panelData(one, range)));
  };
  const showVolume = () => {
    if (!hasSupplementaryQuerySupport(datasource, SupplementaryQueryType.LogsVolume)) return;
    const asked = datasource.getSupplementaryRequest?.(SupplementaryQueryType.LogsVolume, request);
    if (asked) follow(asked);
  };
  const toggleLive = () => {
    live.current?.unsubscribe();
    live.current = isLive ? null : follow({ ...request, liveStreaming: true });
    setIsLive(!isLive);
  };
  const showContext = async (direction: string) => {
    if (!frame || !hasLogsContextSupport(datasource)) return;
    const timeEpochMs: number = frame.fields[0]?.values[0];
    const row = { dataFrame: frame, rowIndex: 0, timeEpochMs } as LogRowModel;
    onData(
      panelData(
        await datasource.getLogRowContext(row, { direction: direction as LogRowContextQueryDirection }),
        range,
      ),
    );
  };
  const labels: Record<string, string> = frame?.fields.find(({ name }) => name === 'labels')?.values[0] ?? {};
  const canFilter = hasToggleableQueryFiltersSupport<AnyQuery>(datasource) ? datasource : null;
  return (
    <div>
      <Button variant="secondary" onClick={showVolume}>
        Volume
      </Button>
      <Button variant="secondary" onClick={toggleLive}>
        {isLive ? 'Stop' : 'Live'}
      </Button>
      <Button variant="secondary" onClick={() => showContext('BACKWARD')}>
        Older
      </Button>
      <Button variant="secondary" onClick={() => showContext('FORWARD')}>
        Newer
      </Button>
      {canFilter &&
        Object.entries(labels).map(([key, value]) => {
          const filter = (type: 'FILTER_FOR' | 'FILTER_OUT') => () =>
            onChange(canFilter.toggleQueryFilter(query, { type, options: { key, value } }));
          const isActive = canFilter.queryHasFilter(query, { key, value });
          return (
            <span key={key} data-active={isActive}>
              <Button variant="secondary" onClick={filter('FILTER_FOR')}>{`Only ${key} ${value}`}</Button>
              <Button variant="secondary" onClick={filter('FILTER_OUT')}>{`Without ${key} ${value}`}</Button>
            </span>
          );
        })}
    </div>
  );
}
