// The list of keyboard shortcuts, which JavaScript shows as a dialog.

/** A key, as on the keyboard, and what it does. */
export type Key = readonly [key: string, meaning: string];

const everywhere: readonly Key[] = [
  ['?', 'show this list'],
  ['/', 'go to the search field'],
  ['a', 'add an event'],
];

/** The dialog; `keys` are those of the page. */
export function KeyDialog({ keys }: { readonly keys: readonly Key[] }) {
  return (
    <dialog id="keys" class="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keyboard shortcuts</h2>
      <dl>
        {[...keys, ...everywhere].map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button class="button" type="submit">
          Close
        </button>
      </form>
    </dialog>
  );
}
