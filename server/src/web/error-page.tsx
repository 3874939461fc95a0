// The page of an error.

import { writeDocument } from './document';
import { type Frame, Layout } from './layout';

/** The page of an error: its title and the sentence that explains it. */
export function errorPage(frame: Frame, title: string, message: string): string {
  return writeDocument(
    <Layout frame={frame} title={title}>
      <h1>{title}</h1>
      <p class="notice bad">
        <bdi>{message}</bdi>
      </p>
      {frame.viewer.mayRead && (
        <p>
          <a href="/events/">Go to events</a>
        </p>
      )}
    </Layout>,
  );
}
