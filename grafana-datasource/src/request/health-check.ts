// Checks that the server is reachable, is Anthracite, accepts the token and is not too old.

import type { HealthAnswer, TypeList } from '@anthracite/protocol';
import type { TestDataSourceResponse } from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import { type Client, RequestFailure } from './client';

const maxTypes = 100_000;

/** Checks the server; the result has a message. Never rejects. */
export async function checkHealth(client: Client): Promise<TestDataSourceResponse> {
  try {
    return await check(client);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

async function check(client: Client): Promise<TestDataSourceResponse> {
  const health = await readHealth(client);
  if (!isHealth(health)) {
    return failed(
      'The server at this URL is not Anthracite. Enter the address of its HTTP port, such as http://127.0.0.1:2006, without a path.',
    );
  }
  const name = `Anthracite ${health.version}`;
  try {
    await firstValueFrom(client.getFresh('events/timeline', { limit: '1', show: 'points' }));
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    if (error.status === 404) {
      return failed(
        `${name} is too old for this plugin: it has no /events/timeline. Install a newer version.`,
      );
    }
    if (error.status === 403) {
      return failed(`${name} is reachable, but the token has no read access: ${error.message}`);
    }
    return failed(`${name} is reachable, but refused the request: ${error.message}`);
  }
  if (health.status !== 'ok') {
    return failed(`${name} is reachable, but ${health.status}: ${health.error ?? 'see its log'}`);
  }
  const { types, truncated } = (await firstValueFrom(
    client.getFresh('types', { limit: String(maxTypes) }),
  )) as TypeList;
  const events = types.reduce((sum, { count }) => sum + count, 0);
  const least = truncated ? 'at least ' : '';
  return {
    status: 'success',
    message:
      events === 0
        ? `${name} is reachable. It has no events yet.`
        : `${name} is reachable. It has ${least}${events.toLocaleString('en')} ${events === 1 ? 'event' : 'events'} of ${least}${types.length.toLocaleString('en')} ${types.length === 1 ? 'type' : 'types'}.`,
  };
}

// A failing server responds with status 503 and its version.
async function readHealth(client: Client): Promise<unknown> {
  try {
    return await firstValueFrom(client.getFresh('health', {}));
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    if (isHealth(error.answer)) return error.answer;
    if (error.status === 404 || error.status === 405) return null;
    throw error;
  }
}

function isHealth(answer: unknown): answer is HealthAnswer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { status, version } = answer as Partial<Record<keyof HealthAnswer, unknown>>;
  return typeof version === 'string' && ['ok', 'damaged', 'failing', 'stopping'].includes(String(status));
}

function failed(message: string): TestDataSourceResponse {
  return { status: 'error', message };
}
