// The editors as a user sees and uses them, with the options of a real server.

import { CoreApp, type DataSourceSettings } from '@grafana/data';
import { configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { type ComponentType, useState } from 'react';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import { AnnotationEditor } from '../src/components/annotation-editor';
import { ConfigEditor } from '../src/components/config-editor';
import { QueryEditor } from '../src/components/query-editor';
import { QueryHelp } from '../src/components/query-help';
import { VariableEditor } from '../src/components/variable-editor';
import type { AnthraciteOptions, AnthraciteSecrets } from '../src/options';
import type { AnthraciteQuery } from '../src/query/query';
import { join } from './datasource';

jest.setTimeout(120_000);
// To find visible elements, jsdom calculates the style of each element repeatedly.
configure({ defaultHidden: true, asyncUtilTimeout: 30_000 });

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send('1700000000 deploy_shop;env=prod release\n1700000001 deploy_blog;env=test release\n');
});

/** Shows a query editor that keeps each new value, like Grafana; `last` is the last one. */
function show(Editor: ComponentType<never>, query: object, more: object = {}) {
  const { datasource } = join(server.url);
  const seen = { last: query, runs: 0 };
  const Shown = Editor as ComponentType<Record<string, unknown>>;
  function Page() {
    const [kept, setKept] = useState(query);
    const onChange = (changed: object) => {
      seen.last = changed;
      setKept(changed);
    };
    const onRunQuery = () => {
      seen.runs++;
    };
    return (
      <Shown query={kept} onChange={onChange} onRunQuery={onRunQuery} datasource={datasource} {...more} />
    );
  }
  render(<Page />);
  return seen;
}

/** Selects the option with a text. */
async function pick(label: string, typed: string, offered: RegExp): Promise<void> {
  const user = userEvent.setup();
  await user.click(screen.getByRole('combobox', { name: label }));
  if (typed !== '') await user.keyboard(typed);
  await user.click(await screen.findByRole('option', { name: offered }));
  await user.tab();
}

test('selects types of an annotation from the existing ones, and accepts patterns and variables', async () => {
  const seen = show(AnnotationEditor, { refId: 'Anno' });
  await pick('Types', 'shop', /deploy_shop/);
  await pick('Types', '$type_*', /\$type_\*/);
  expect(seen.last).toMatchObject({ types: ['deploy_shop', '$type_*'] });
  await pick('All of the tags', 'env=pr', /^env=prod/);
  expect(seen.last).toMatchObject({ allTags: ['env=prod'] });
});

test('sets the shown kinds, groups and the limit of an annotation', async () => {
  const user = userEvent.setup();
  const seen = show(AnnotationEditor, { refId: 'Anno' });
  await user.type(screen.getByLabelText('Group by tag'), 'version{Enter}');
  await user.type(screen.getByLabelText('Limit'), '50{Enter}');
  expect(seen.last).toMatchObject({ groupBy: 'version', limit: 50 });
  await user.click(screen.getByLabelText('Spans'));
  expect(seen.last).toMatchObject({ show: 'spans' });
  expect(screen.queryByLabelText('Group by tag')).toBeNull();
  await user.clear(screen.getByLabelText('Limit'));
  await user.tab();
  expect(seen.last).toMatchObject({ limit: undefined });
});

test('shows the messages of the server for an annotation', () => {
  const notices = [{ severity: 'warning', text: 'More than 2 events match' }];
  show(
    AnnotationEditor,
    { refId: 'Anno' },
    { data: { series: [{ fields: [], length: 0, meta: { notices } }] } },
  );
  expect(screen.getByText('More than 2 events match')).toBeInTheDocument();
});

test("shows the fields of a query's kind, and runs each change", async () => {
  const user = userEvent.setup();
  const seen = show(QueryEditor, { refId: 'A' });
  expect(screen.queryByLabelText('Series by')).toBeNull();
  await pick('Show as', '', /^Counts/);
  await user.clear(screen.getByLabelText('Series by'));
  await user.type(screen.getByLabelText('Series by'), 'env{Enter}');
  expect(seen.last).toMatchObject({ kind: 'counts', countBy: 'env' });
  expect(seen.runs).toBe(2);
  expect(screen.queryByLabelText('Limit')).toBeNull();
});

test('offers no marks for a query in Explore, which has no graph for them', async () => {
  show(QueryEditor, { refId: 'A', kind: 'logs' }, { app: CoreApp.Explore });
  await userEvent.setup().click(screen.getByRole('combobox', { name: 'Show as' }));
  await screen.findByRole('option', { name: /^Counts/ });
  expect(screen.queryByRole('option', { name: /^Marks/ })).toBeNull();
});

test('sets the kind of a variable, and a key only where one is needed', async () => {
  const user = userEvent.setup();
  const seen = show(VariableEditor, {
    refId: 'A',
    ...join(server.url).datasource.variables?.getDefaultQuery?.(),
  });
  expect(seen.last).toMatchObject({ kind: 'types' });
  expect(screen.queryByLabelText('Key')).toBeNull();
  await pick('Values', '', /^Tag values/);
  await user.type(screen.getByLabelText('Key'), 'env{Enter}');
  expect(seen.last).toMatchObject({ kind: 'tagValues', key: 'env' });
});

test('accepts variables as limit, period, state and severity', async () => {
  const user = userEvent.setup();
  const seen = show(QueryEditor, { refId: 'A', kind: 'report' });
  await pick('Rows', '$period', /\$period/);
  expect(seen.last).toMatchObject({ period: '$period' });
  await pick('Show as', '', /^Spans as a table/);
  await pick('State', '$state', /\$state/);
  await pick('Severity', '$severity', /\$severity/);
  await user.type(screen.getByLabelText('Limit'), '$limit{Enter}');
  expect(screen.queryByText(/whole number/)).toBeNull();
  expect(seen.last).toMatchObject({ spanState: '$state', severities: ['$severity'], limit: '$limit' });
});

test.each(['many', '10001', '0', '1.5'])('says the rule for the limit %j', async (limit) => {
  const user = userEvent.setup();
  show(QueryEditor, { refId: 'A' });
  await user.type(screen.getByLabelText('Limit'), limit);
  expect(screen.getByText('The limit is a whole number from 1 to 10,000.')).toBeInTheDocument();
});

test('names the incidents of suspects by a list of open ones, or by a variable', async () => {
  const user = userEvent.setup();
  await server.send(`${Math.floor(Date.now() / 1_000)} incident_sev2_start;incident=42 the shop is down\n`);
  const seen = show(QueryEditor, { refId: 'A', kind: 'suspects' });
  await pick('Incidents', 'shop is', /42/);
  await pick('Incidents', '$incident', /\$incident/);
  await user.type(screen.getByLabelText('Within'), '6h{Enter}');
  expect(seen.last).toMatchObject({ subjects: ['42', '$incident'], within: '6h' });
});

test('names the changes of followers by their tags', async () => {
  const seen = show(QueryEditor, { refId: 'A', kind: 'followers' });
  await pick('Changes', 'env=pr', /^env=prod/);
  expect(seen.last).toMatchObject({ subjects: ['env=prod'] });
});

test('shows examples of queries, and runs one by a click', async () => {
  const user = userEvent.setup();
  const run: AnthraciteQuery[] = [];
  const { datasource } = join(server.url);
  render(
    <QueryHelp
      datasource={datasource}
      query={{ refId: 'B' }}
      onClickExample={(query: AnthraciteQuery) => run.push(query)}
    />,
  );
  await user.click(screen.getByRole('button', { name: 'Open incidents' }));
  expect(run).toEqual([{ refId: 'B', kind: 'spanTable', spanScale: 'incident', spanState: 'open' }]);
});

interface SeenSettings {
  last?: DataSourceSettings<AnthraciteOptions, AnthraciteSecrets>;
}

/** The editor of settings, with a token that Grafana keeps. */
function Settings({ seen, readOnly = false }: { readonly seen: SeenSettings; readonly readOnly?: boolean }) {
  const [options, setOptions] = useState({
    url: 'http://127.0.0.1:2006',
    jsonData: {},
    readOnly,
    secureJsonFields: { token: true },
  } as unknown as DataSourceSettings<AnthraciteOptions, AnthraciteSecrets>);
  return (
    <ConfigEditor
      options={options}
      onOptionsChange={(changed) => {
        seen.last = changed;
        setOptions(changed);
      }}
    />
  );
}

test('hides a stored token in the settings, and can replace it', async () => {
  const user = userEvent.setup();
  const seen: SeenSettings = {};
  render(<Settings seen={seen} />);
  await user.click(screen.getByRole('button', { name: /reset/i }));
  await user.type(screen.getByLabelText(/Token/), 'secret');
  await user.type(screen.getByLabelText('Address for links'), 'https://events.example');
  await user.type(screen.getByLabelText('Limit'), '20');
  expect(seen.last).toMatchObject({
    secureJsonFields: { token: false },
    secureJsonData: { token: 'secret' },
    jsonData: { linkBase: 'https://events.example', defaultLimit: 20 },
  });
});

test.each(['10001', '0', '1.5'])('says the rule for the limit %j in the settings', async (limit) => {
  const user = userEvent.setup();
  const seen: SeenSettings = {};
  render(<Settings seen={seen} />);
  await user.type(screen.getByLabelText('Limit'), limit);
  expect(screen.getByText('The limit is a whole number from 1 to 10,000.')).toBeInTheDocument();
});

test('disables all fields of a provisioned datasource, and says why', () => {
  render(<Settings seen={{}} readOnly />);
  expect(screen.getByText(/This datasource is provisioned/)).toBeInTheDocument();
  const fields = [...document.querySelectorAll('input, textarea, button')];
  expect(fields.length).toBeGreaterThan(6);
  for (const field of fields) expect(field).toBeDisabled();
});

test('sets the password, the certificates, the headers and the timeout of the connection', async () => {
  const user = userEvent.setup();
  const seen: SeenSettings = {};
  render(<Settings seen={seen} />);
  await user.click(screen.getByLabelText('Basic authentication'));
  await user.type(screen.getByLabelText('User'), 'proxy');
  await user.type(screen.getByLabelText('Password'), 'hidden');
  await user.click(screen.getByLabelText('Own CA'));
  await user.type(screen.getByPlaceholderText(/BEGIN CERTIFICATE/), 'pem');
  await user.type(screen.getByLabelText('Timeout'), '5');
  await user.click(screen.getByRole('button', { name: 'Add header' }));
  await user.type(screen.getByPlaceholderText('X-Custom-Header'), 'X-Team');
  await user.type(screen.getByPlaceholderText('Header Value'), 'shop');
  await user.tab();
  expect(seen.last).toMatchObject({
    basicAuth: true,
    basicAuthUser: 'proxy',
    secureJsonData: { basicAuthPassword: 'hidden', tlsCACert: 'pem', httpHeaderValue1: 'shop' },
    jsonData: { tlsAuthWithCACert: true, timeout: 5, httpHeaderName1: 'X-Team' },
  });
});
