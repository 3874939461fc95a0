// The page of hooks: the address of each, what its senders must prove, and its last deliveries. It never has a secret.

import { writeDocument } from './document';
import { distanceText, localText } from './instant';
import { type Frame, Layout } from './layout';

/** A delivery, as the page shows it. */
export interface DeliveryShown {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: string;
  /** The reason for the outcome, or `''`. */
  readonly why: string;
  readonly stored: number;
  readonly peer: string;
}

/** A hook, as the page shows it. */
export interface HookShown {
  readonly name: string;
  readonly kind: string;
  /** The path for its deliveries. */
  readonly path: string;
  /** What a sender needs: `signature`, `secret` or `token`. */
  readonly proof: string;
  /** Number of deliveries since the start, by outcome. */
  readonly counts: Readonly<Record<string, number>>;
  /** Newest first. */
  readonly last: readonly DeliveryShown[];
}

// Earlier deliveries are folded.
const shownAtOnce = 5;

const proofs: Readonly<Record<string, string>> = {
  signature: 'Senders sign each delivery.',
  secret: 'Senders send a secret.',
  token: 'Senders need a token with the role write, if writing needs a token.',
};

/** The outcomes that someone should look at. */
const faults: ReadonlySet<string> = new Set(['problem', 'refused']);

/** The page. */
export function hooksPage(frame: Frame, hooks: readonly HookShown[]): string {
  return writeDocument(
    <Layout frame={frame} title="Hooks">
      <h1>Hooks</h1>
      {hooks.length === 0 ? (
        <Nothing />
      ) : (
        <>
          <p class="soft">
            Other programs send their deliveries to these addresses, and Anthracite makes events of them. The
            deliveries are those since the server started.
          </p>
          <div class="hooks">
            {hooks.map((hook) => (
              <Hook key={hook.name} hook={hook} frame={frame} />
            ))}
          </div>
        </>
      )}
    </Layout>,
  );
}

function Nothing() {
  return (
    <div class="card nothing">
      <p>
        No hooks. With a hook, a program such as Alertmanager, GitHub or Argo CD sends its alerts and
        deployments here, and they become events.
      </p>
      <p>To add one, write this into the configuration file, and send the server SIGHUP:</p>
      <pre>
        <code>{'hooks:\n  alertmanager: {}\n'}</code>
      </pre>
      <p>
        The documentation of each kind is in <span class="mono">docs/hooks.md</span>.
      </p>
    </div>
  );
}

function Hook({ hook, frame }: { readonly hook: HookShown; readonly frame: Frame }) {
  const { name, kind, path, proof, counts, last } = hook;
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    <section class="card hook" aria-labelledby={`hook-${name}`}>
      <h2 id={`hook-${name}`}>{name}</h2>
      <p class="soft">
        {kind !== name && `Kind: ${kind}. `}Address: <span class="mono">{frame.base + path}</span>.{' '}
        {proofs[proof]}
      </p>
      {last.length === 0 ? (
        <p>No deliveries yet.</p>
      ) : (
        <>
          <p>{told.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}</p>
          <Deliveries name={name} deliveries={last.slice(0, shownAtOnce)} frame={frame} />
          {last.length > shownAtOnce && (
            <details>
              <summary>{last.length - shownAtOnce} earlier deliveries</summary>
              <Deliveries name={name} deliveries={last.slice(shownAtOnce)} frame={frame} />
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Deliveries({
  name,
  deliveries,
  frame,
}: {
  readonly name: string;
  readonly deliveries: readonly DeliveryShown[];
  readonly frame: Frame;
}) {
  return (
    <table class="deliveries" aria-label={`Deliveries to ${name}`}>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Outcome</th>
          <th scope="col">New events</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map(({ at, outcome, why, stored, peer }) => (
          <tr key={`${at} ${peer}`}>
            <td>
              <time datetime={new Date(at).toISOString()} title={distanceText(at, frame.now)}>
                {localText(at, frame.viewer.zone)}
              </time>
            </td>
            <td class={faults.has(outcome) ? 'fault' : undefined}>
              {outcome}
              {why !== '' && (
                <>
                  : <bdi>{why}</bdi>
                </>
              )}
            </td>
            <td>{stored}</td>
            <td class="mono">{peer}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
