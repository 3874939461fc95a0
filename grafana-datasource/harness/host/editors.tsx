// The places of Grafana's pages that contain the editors of a datasource, with the behaviour of these places.

import {
  type AnnotationQuery,
  CoreApp,
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourceSettings,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { Alert, Button } from '@grafana/ui';
import * as React from 'react';
import { ExploreButtons } from './explore';
import { Frames } from './frames';
import type { AnyPlugin } from './plugin-loader';
import { type AnyQuery, runQuery, runVariable } from './query-run';

/** The properties of every editor. */
export interface EditorProps {
  readonly plugin: AnyPlugin;
  readonly datasource: DataSourceApi;
  readonly range: TimeRange;
}

interface ConfigProps {
  readonly plugin: AnyPlugin;
  readonly settings: DataSourceSettings;
  /** Stores the settings, and returns the datasource with them. */
  readonly save: (settings: DataSourceSettings) => Promise<DataSourceApi>;
}

interface Verdict {
  readonly status: string;
  readonly message: string;
  readonly details?: string;
}

/** The settings of the datasource, with Grafana's button below them. */
export function ConfigPlace({ plugin, settings, save }: ConfigProps) {
  const [options, setOptions] = React.useState(settings);
  const [verdict, setVerdict] = React.useState<Verdict | null>(null);
  const Editor = plugin.components.ConfigEditor;
  const saveAndTest = async () => {
    setVerdict(null);
    const datasource = await save(options);
    const { secureJsonData = {} } = options as { secureJsonData?: Record<string, string> };
    const given = Object.fromEntries(
      Object.keys(secureJsonData).map((name) => [name, secureJsonData[name] !== '']),
    );
    setOptions({ ...options, secureJsonFields: { ...options.secureJsonFields, ...given } });
    setVerdict(await verdictOf(datasource));
  };
  return (
    <div data-testid="config">
      {Editor && <Editor options={options} onOptionsChange={setOptions} />}
      {verdict && (
        <div data-testid="verdict" data-status={verdict.status}>
          <Alert severity={verdict.status === 'success' ? 'success' : 'error'} title={verdict.message}>
            {verdict.details}
          </Alert>
        </div>
      )}
      <Button onClick={saveAndTest}>Save &amp; test</Button>
    </div>
  );
}

async function verdictOf(datasource: DataSourceApi): Promise<Verdict> {
  try {
    const { status, message, details } = await datasource.testDatasource();
    return { status, message, details: details?.message ?? details?.verboseMessage };
  } catch (error) {
    const { message, data } = error as { message?: string; data?: { message?: string } };
    return { status: 'error', message: data?.message ?? message ?? String(error) };
  }
}

/** The query of a panel, or in Explore, with its result, and Grafana's help with examples. */
export function QueryPlace({
  plugin,
  datasource,
  range,
  app,
  initial,
}: EditorProps & { app: CoreApp; initial: AnyQuery }) {
  const [query, setQuery] = React.useState<AnyQuery>({
    ...datasource.getDefaultQuery?.(app),
    ...initial,
    refId: 'A',
  });
  const latest = useLatest(query);
  const [data, setData] = React.useState<PanelData>();
  const Editor = plugin.components.QueryEditor;
  const Help = plugin.components.QueryEditorHelp;
  const setAndRun = (changed: AnyQuery) => {
    latest.setTo(setQuery)(changed);
    run();
  };
  const run = async () => setData(await runQuery(datasource, latest.current, { refId: 'A', app, range }));
  return (
    <Place
      name="query"
      state={query}
      action="Run query"
      onAction={run}
      result={data && <Frames data={data} />}
    >
      {Editor && (
        <Editor
          app={app}
          data={data}
          datasource={datasource}
          query={query}
          range={range}
          onChange={latest.setTo(setQuery)}
          onRunQuery={run}
        />
      )}
      {app === CoreApp.Explore && (
        <ExploreButtons
          datasource={datasource}
          query={query}
          range={range}
          frame={data?.series[0]}
          onChange={setAndRun}
          onData={setData}
        />
      )}
      {Help && (
        <details data-testid="help">
          <summary>Help</summary>
          <Help datasource={datasource} query={query} onClickExample={setAndRun} />
        </details>
      )}
    </Place>
  );
}

/** An annotation query of a dashboard's settings. */
export function AnnotationPlace({ datasource, range, plugin, initial }: EditorProps & { initial: AnyQuery }) {
  const support = datasource.annotations ?? {};
  const [annotation, setAnnotation] = React.useState<AnnotationQuery<AnyQuery>>(
    initial ?? { name: 'New annotation', enable: true, iconColor: 'red' },
  );
  const latest = useLatest(annotation);
  const set = latest.setTo(setAnnotation);
  const [data, setData] = React.useState<PanelData>();
  // As in Grafana's editor: a completed query is stored at once, which never ends if each render completes it again.
  const completed = support.prepareAnnotation ? support.prepareAnnotation(annotation) : annotation;
  React.useEffect(() => {
    if (completed !== annotation) set(completed);
  });
  const query = { ...support.getDefaultQuery?.(), ...annotation.target, refId: 'Anno' };
  const Editor = support.QueryEditor ?? plugin.components.QueryEditor;
  const run = async () => {
    const current = latest.current;
    const prepared = support.prepareQuery ? support.prepareQuery(current) : current.target;
    setData(await runQuery(datasource, prepared, { refId: 'Anno', app: CoreApp.Dashboard, range }));
  };
  return (
    <Place
      name="annotation"
      state={annotation}
      action="Test annotation query"
      onAction={run}
      result={data && <Frames data={data} />}
    >
      {Editor && (
        <Editor
          annotation={annotation}
          data={data}
          datasource={datasource}
          query={query}
          range={range}
          onAnnotationChange={set}
          onChange={(target: AnyQuery) => set({ ...latest.current, target })}
          onRunQuery={run}
        />
      )}
    </Place>
  );
}

/** The query of a variable, with its options. */
export function VariablePlace({ datasource, range, initial }: EditorProps & { initial: AnyQuery }) {
  // As in Grafana's editor: a new variable gets the default query of the datasource.
  const [query, setQuery] = React.useState<AnyQuery>(
    initial ?? datasource.variables?.getDefaultQuery?.() ?? '',
  );
  const latest = useLatest(query);
  const [values, setValues] = React.useState<readonly string[]>();
  const { editor: Editor } = datasource.variables as unknown as { editor?: React.ComponentType<AnyQuery> };
  const run = async () => setValues(await runVariable(datasource, latest.current, range));
  return (
    <Place
      name="variable"
      state={query}
      action="Run query"
      onAction={run}
      result={values && <pre data-testid="values">{JSON.stringify(values)}</pre>}
    >
      {Editor && (
        <Editor
          datasource={datasource}
          query={query}
          range={range}
          onChange={latest.setTo(setQuery)}
          onRunQuery={run}
        />
      )}
    </Place>
  );
}

/** An editor, the function that runs its value, and the result; `state` is its value, for the tests to read. */
function Place({
  name,
  state,
  action,
  onAction,
  result,
  children,
}: {
  readonly name: string;
  readonly state: unknown;
  readonly action: string;
  readonly onAction: () => void;
  readonly result: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <div data-testid={name}>
      {children}
      <Button variant="secondary" onClick={onAction}>
        {action}
      </Button>
      <pre hidden data-testid="state">
        {JSON.stringify(state)}
      </pre>
      {result}
    </div>
  );
}

/** The latest value for callbacks, not the value at their creation: Grafana runs a query right after its change. */
function useLatest<T>(value: T) {
  const ref = React.useRef(value);
  ref.current = value;
  return {
    get current() {
      return ref.current;
    },
    setTo: (set: (value: T) => void) => (next: T) => {
      ref.current = next;
      set(next);
    },
  };
}

/** The settings of an instance in the form for Grafana's page: without secrets, with the URL of the proxy. */
export function instanceSettings(settings: DataSourceSettings, meta: unknown): DataSourceInstanceSettings {
  const { id, uid, type, name, jsonData } = settings;
  return {
    id,
    uid,
    type,
    name,
    jsonData,
    access: 'proxy',
    readOnly: false,
    url: `/api/datasources/proxy/uid/${uid}`,
    meta,
  } as DataSourceInstanceSettings;
}
