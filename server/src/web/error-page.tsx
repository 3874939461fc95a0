// A page that says why there is no other.

import { writeDocument } from './document';
import { type Frame, Layout } from './layout';

/** The page of an error: what it is called, and the sentence that explains it. */
export function errorPage(frame: Frame, title: string, message: string): string {
  return writeDocument(
    <Layout frame={frame} title={title}>
      <h1>{title}</h1>
      <p class="notice bad">
        <bdi>{message}</bdi>
      </p>
      {frame.viewer.mayRead && (
        <p>
          <a href="/events/">To the events</a>
        </p>
      )}
    </Layout>,
  );
}
