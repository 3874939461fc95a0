// An Anthracite server with the story, for Grafana: started here, or given by its URL.

import { startAnthracite } from '../harness/anthracite';
import { storyLines } from '../harness/story';

/** Makes sure that a server exists, and returns the function that ends it. The tests find it by ANTHRACITE_URL. */
export default async function serverWithStory(): Promise<() => Promise<void>> {
  const { ANTHRACITE_URL: url, ANTHRACITE_TOKEN: token } = process.env;
  if (url) {
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', ...(token && { Authorization: `Bearer ${token}` }) },
      body: storyLines(),
    });
    if (!response.ok)
      throw new Error(`${url} did not take the story: ${response.status} ${await response.text()}`);
    return async () => {};
  }
  const server = await startAnthracite();
  process.env['ANTHRACITE_URL'] = server.url;
  return () => server.stop();
}
