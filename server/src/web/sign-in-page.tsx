// The page on which people sign in with a token; it stands in place of any page that needs one.

import { writeDocument } from './document';
import { type Frame, Layout } from './layout';

/** What the page says. */
export interface SignInView {
  /** Path and query of the page to go to afterwards. */
  readonly to: string;
  /** Why it is here, or what is wrong with the token that was typed. */
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
          <p>With a token; whoever runs this server makes them.</p>
        )}
        <form method="post" action="/sign-in">
          <input type="hidden" name="to" value={to} />
          {/* Password managers keep a secret by a name. */}
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

/** A page that is asked for again at once: on the way from another site the browser has left the token at home. */
export function onceMorePage(frame: Frame): string {
  return writeDocument(
    <Layout frame={frame} title="One moment" again>
      <p>
        <a href={frame.self}>One moment</a>
      </p>
    </Layout>,
  );
}
