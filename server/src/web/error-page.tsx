// The page of an error.

import { writeDocument } from './document';
import { type Frame, Layout } from './layout';

/** The page of an error: its title and the sentence that explains it, and links to other pages. */
export function errorPage(frame: Frame, title: string, message: string): string {
  const { viewer } = frame;
  return writeDocument(
    <Layout frame={frame} title={title}>
      <h1>{title}</h1>
      <p class="notice bad">
        <bdi>{message}</bdi>
      </p>
      {viewer.mayRead && (
        <>
          <form class="search-all" action="/events/" method="get">
            <label class="field q">
              <span class="label">Search all events</span>
              <input type="search" name="q" autocomplete="off" />
            </label>
            <input type="hidden" name="range" value="all" />
            <button class="button" type="submit">
              Search
            </button>
          </form>
          <ul>
            <li>
              <a href="/events/">Go to events</a>
            </li>
            <li>
              <a href="/spans">Go to incidents</a>
            </li>
            <li>
              <a href="/timeline">Go to the timeline</a>
            </li>
          </ul>
        </>
      )}
      {viewer.mayWrite && (
        <p>
          <a href="/add">Add an event</a>
        </p>
      )}
    </Layout>,
  );
}
