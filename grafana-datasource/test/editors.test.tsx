// The editors as a user sees and uses them, with the options of a real server.

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

test('sets the kind of a new variable, and a key only where one is needed', async () => {
  const user = userEvent.setup();
  const seen = show(VariableEditor, {});
  await waitFor(() => expect(seen.last).toMatchObject({ kind: 'types' }));
  expect(screen.queryByLabelText('Key')).toBeNull();
  await pick('Values', '', /^Tag values/);
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
