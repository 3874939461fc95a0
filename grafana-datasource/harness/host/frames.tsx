// Shows the result of a query: Grafana's own table of each frame, the notices, and the errors.

import { applyFieldOverrides, createTheme, type DataFrame, type PanelData } from '@grafana/data';
import { Alert, Table } from '@grafana/ui';
import * as React from 'react';

/** All frames of an answer. */
export function Frames({ data }: { readonly data: PanelData }) {
  const frames = applyFieldOverrides({
    data: data.series,
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme: createTheme(),
    timeZone: 'utc',
  });
  return (
    <div data-testid="frames" data-state={data.state}>
      {data.errors?.map(({ message }) => (
        <Alert key={message} severity="error" title={message ?? 'unknown'} />
      ))}
      {frames.map((frame) => (
        <Frame key={`${frame.refId} ${frame.name} ${frame.fields.map(({ name }) => name)}`} frame={frame} />
      ))}
    </div>
  );
}

function Frame({ frame }: { readonly frame: DataFrame }) {
  return (
    <div
      data-testid="frame"
      data-name={frame.name}
      data-length={frame.length}
      data-fields={frame.fields.map(({ name }) => name).join()}
      data-topic={frame.meta?.dataTopic}
    >
      {frame.meta?.notices?.map(({ severity, text }) => (
        <Alert key={text} severity={severity} title={text} />
      ))}
      <Table data={frame} width={1_100} height={Math.min(400, 40 + 36 * frame.length)} />
    </div>
  );
}
