// The page to sign in with a token. It replaces any page that needs a token.

import { writeDocument } from './document';
import { type Frame, Layout } from './layout';

/** The content of the page. */
export interface SignInView {
  /** Path and query of the page to go to afterwards. */
  readonly to: string;
  /** Why the page is shown, or the error of the submitted token. */
  readonly message: string | null;
  readonly isRefused: boolean;
}

/** The page. */
export function signInPage(frame: Frame, { to, message, isRefused }: SignInView): string {
  const { viewer } = frame;
  return writeDocument(
    <Layout frame={frame} title="Sign in">
      <div class="sign-in card">
        <h1>Sign in</h1>
        {viewer.isSignedIn ? (
          <p>
            You are signed in with the token <strong>{viewer.name}</strong>.
          </p>
        ) : (
          <p>Paste your access token. Your administrator can create one.</p>
        )}
        <form method="post" action="/sign-in">
          <input type="hidden" name="to" value={to} />
          {/* Password managers store a secret with a user name. */}
          <input type="text" name="username" value="anthracite" autocomplete="username" hidden />
          <div class="field">
            <label for="token">
              <strong>Token</strong>
            </label>
            <input
              id="token"
              type="password"
              name="token"
              autocomplete="current-password"
              required
              {...(isRefused && { 'aria-invalid': true, 'aria-describedby': 'token-problem' })}
            />
            {message !== null && (
              <span
                id="token-problem"
                class={isRefused ? 'problem' : 'hint'}
                role={isRefused ? 'alert' : undefined}
              >
                {message}
              </span>
            )}
          </div>
          <div class="buttons">
            <button class="button main" type="submit">
              Sign in
            </button>
          </div>
        </form>
      </div>
    </Layout>,
  );
}

/** A page that reloads at once: a browser that comes from another site does not send the token's cookie with its first request. */
export function onceMorePage(frame: Frame): string {
  return writeDocument(
    <Layout frame={frame} title="One moment" again>
      <p>
        <a href={frame.self}>One moment</a>
      </p>
    </Layout>,
  );
}
