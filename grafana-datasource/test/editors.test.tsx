// The editors, as a user sees and uses them, with what a real server offers.

import { CoreApp, type DataSourceSettings } from '@grafana/data';
import { configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { type ComponentType, useState } from 'react';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import { AnnotationEditor } from '../src/components/annotation-editor';
import { ConfigEditor } from '../src/components/config-editor';
import { QueryEditor } from '../src/components/query-editor';
import { VariableEditor } from '../src/components/variable-editor';
import type { AnthraciteOptions, AnthraciteSecrets } from '../src/options';
import { join } from './datasource';

jest.setTimeout(120_000);
// To know what is visible, jsdom works out the style of each element again and again.
configure({ defaultHidden: true, asyncUtilTimeout: 30_000 });

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send('1700000000 deploy_shop;env=prod release\n1700000001 deploy_blog;env=test release\n');
});

/** Shows an editor of queries that keeps what it is given, as Grafana does; `last` is what it was given last. */
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

/** Picks what is offered for a text. */
async function pick(label: string, typed: string, offered: RegExp): Promise<void> {
  const user = userEvent.setup();
  await user.click(screen.getByRole('combobox', { name: label }));
  if (typed !== '') await user.keyboard(typed);
  await user.click(await screen.findByRole('option', { name: offered }));
  await user.tab();
}

test('an annotation: types are picked from those that there are, patterns and variables are typed', async () => {
  const seen = show(AnnotationEditor, { refId: 'Anno' });
  await pick('Types', 'shop', /deploy_shop/);
  await pick('Types', '$type_*', /\$type_\*/);
  expect(seen.last).toMatchObject({ types: ['deploy_shop', '$type_*'] });
  await pick('All of the tags', 'env=pr', /^env=prod/);
  expect(seen.last).toMatchObject({ allTags: ['env=prod'] });
});

test('an annotation: what is shown, groups and the limit', async () => {
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

test('an annotation: what the server had to say is shown', () => {
  const notices = [{ severity: 'warning', text: 'There are more than 2 events' }];
  show(
    AnnotationEditor,
    { refId: 'Anno' },
    { data: { series: [{ fields: [], length: 0, meta: { notices } }] } },
  );
  expect(screen.getByText('There are more than 2 events')).toBeInTheDocument();
});

test('a query: its kind decides which fields there are, and each change is run', async () => {
  const user = userEvent.setup();
  const seen = show(QueryEditor, { refId: 'A' });
  expect(screen.queryByLabelText('A series for each')).toBeNull();
  await pick('Show as', '', /^Counts/);
  await user.clear(screen.getByLabelText('A series for each'));
  await user.type(screen.getByLabelText('A series for each'), 'env{Enter}');
  expect(seen.last).toMatchObject({ kind: 'counts', countBy: 'env' });
  expect(seen.runs).toBe(2);
  expect(screen.queryByLabelText('Limit')).toBeNull();
});

test('a query in Explore offers no marks: there is no graph to draw them on', async () => {
  show(QueryEditor, { refId: 'A', kind: 'logs' }, { app: CoreApp.Explore });
  await userEvent.setup().click(screen.getByRole('combobox', { name: 'Show as' }));
  await screen.findByRole('option', { name: /^Counts/ });
  expect(screen.queryByRole('option', { name: /^Marks/ })).toBeNull();
});

test('a new variable asks for what is shown, and a key only where one is needed', async () => {
  const user = userEvent.setup();
  const seen = show(VariableEditor, {});
  await waitFor(() => expect(seen.last).toMatchObject({ kind: 'types' }));
  expect(screen.queryByLabelText('Key')).toBeNull();
  await pick('Values', '', /^Values of a tag/);
  await user.type(screen.getByLabelText('Key'), 'env{Enter}');
  expect(seen.last).toMatchObject({ kind: 'tagValues', key: 'env' });
});

interface SeenSettings {
  last?: DataSourceSettings<AnthraciteOptions, AnthraciteSecrets>;
}

/** The editor of settings, with a token that Grafana keeps. */
function Settings({ seen }: { readonly seen: SeenSettings }) {
  const [options, setOptions] = useState({
    url: 'http://127.0.0.1:2006',
    jsonData: {},
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

test('settings: a token that is kept is not shown, and can be set anew', async () => {
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
