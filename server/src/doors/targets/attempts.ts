// Makes one attempt to send a message to a target, and returns its outcome.

import { type Attempt, attemptOf, type Remembered, unanswered } from '../../targets/attempt';
import { annotationRequest, subjectOf } from '../../targets/grafana';
import { toMail } from '../../targets/mail';
import type { Message } from '../../targets/message';
import { slackBody } from '../../targets/slack';
import { webhookBody } from '../../targets/standard-webhooks';
import type { Target } from '../../targets/target';
import { teamsBody } from '../../targets/teams';
import { AddressRefused, type AllowedAddresses } from './allowed-addresses';
import { HttpSender, type TargetAnswer, type TargetRequest } from './http-sender';
import { sendMail } from './mail-sender';
import { webhookHeaders } from './signature';

/** What attempts need. */
export interface AttemptOptions {
  readonly addresses: AllowedAddresses;
  /** The public address of the server, or `''`. */
  readonly base: string;
  readonly clock: () => number;
  readonly timeoutMs: number;
  /** The id that the target gave to a subject. */
  readonly remoteId: (subject: string) => Promise<number | null>;
}

export class Attempts {
  readonly #target: Target;
  readonly #options: AttemptOptions;
  readonly #http: HttpSender;

  constructor(target: Target, options: AttemptOptions) {
    this.#target = target;
    this.#options = options;
    this.#http = new HttpSender(options.addresses, options.timeoutMs);
  }

  /** Sends a message once. Rejects only if the store fails. */
  async make(message: Message, signal: AbortSignal): Promise<Attempt> {
    if (this.#target.shape === 'grafana') return this.#annotate(message, signal);
    if (message.type === 'span.gone') return delivered(undefined);
    const { shape } = this.#target;
    const { base, clock } = this.#options;
    if (shape === 'mail') return this.#mail(toMail(message, base));
    if (shape === 'teams') return this.#post(teamsBody(message, base), {}, signal);
    if (shape !== 'standard-webhooks') return this.#post(slackBody(message, base), {}, signal);
    const body = webhookBody(message, base);
    return this.#post(body, webhookHeaders(message.id, body, this.#target.secrets, clock()), signal);
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#http.close();
  }

  async #post(body: string, headers: TargetRequest['headers'], signal: AbortSignal): Promise<Attempt> {
    return this.#judge(await this.#ask({ method: 'POST', path: '', body, headers }, signal), () => undefined);
  }

  async #annotate(message: Message, signal: AbortSignal): Promise<Attempt> {
    const known = await this.#options.remoteId(subjectOf(message));
    const request = annotationRequest(message, known, this.#options.base);
    if (request === null) return delivered(undefined);
    const answer = await this.#ask({ ...request, headers: {} }, signal);
    if (known !== null && !('why' in answer) && answer.status === 404) {
      // Somebody deleted the annotation in Grafana.
      const again = annotationRequest(message, null, this.#options.base);
      if (again === null) return delivered(null);
      return this.#judge(await this.#ask({ ...again, headers: {} }, signal), idOf);
    }
    return this.#judge(answer, (text) => {
      if (request.after === 'new') return idOf(text);
      return request.after === 'same' ? undefined : null;
    });
  }

  async #ask(
    { method, path, body, headers }: Omit<TargetRequest, 'url'> & { readonly path: string },
    signal: AbortSignal,
  ): Promise<TargetAnswer | { readonly why: string }> {
    const { token, url: api } = this.#target;
    const url = new URL(api);
    url.pathname += path;
    try {
      return await this.#http.send(
        {
          ...{ method, url, body },
          headers: {
            ...(body !== '' && { 'content-type': 'application/json' }),
            ...(token !== null && { authorization: `Bearer ${token}` }),
            ...headers,
          },
        },
        signal,
      );
    } catch (error) {
      return { why: this.#reasonOf(error) };
    }
  }

  async #mail(mail: Parameters<typeof sendMail>[1]): Promise<Attempt> {
    try {
      await sendMail(this.#target, mail, this.#options);
      return delivered(undefined);
    } catch (error) {
      const { code, responseCode = 0 } = error as { readonly code?: string; readonly responseCode?: number };
      // Only these errors concern the mail itself, and not STARTTLS or the password. Text of the mail server is never shown.
      if (responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE'))
        return { kind: 'refused', why: `it answered ${responseCode}` };
      return unanswered(responseCode > 0 ? `it answered ${responseCode} (${code})` : this.#reasonOf(error));
    }
  }

  #judge(answer: TargetAnswer | { readonly why: string }, remote: (text: string) => Remembered): Attempt {
    if ('why' in answer) return unanswered(answer.why);
    const { status, retryAfter, text } = answer;
    if (status >= 200 && status < 300) return delivered(remote(text));
    return attemptOf(status, retryAfter, this.#options.clock());
  }

  // Errors of libraries name hosts and ports. Only their codes and sentences of our own are shown, in case one names more.
  #reasonOf(error: unknown): string {
    const { name, code } = error as { readonly name?: string; readonly code?: unknown };
    if (name === 'TimeoutError') return `no answer within ${this.#options.timeoutMs / 1_000} s`;
    if (error instanceof AddressRefused) return error.message;
    return `cannot be reached: ${typeof code === 'string' ? code : name}`;
  }
}

function delivered(remote: Remembered): Attempt {
  return { kind: 'delivered', remote };
}

// The id of a new annotation; unknown if the answer is not as Grafana's.
function idOf(text: string): Remembered {
  try {
    const { id } = JSON.parse(text) as { readonly id?: unknown };
    return Number.isSafeInteger(id) ? (id as number) : undefined;
  } catch {
    return undefined;
  }
}
