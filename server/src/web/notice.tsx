// What became of the last thing that was done, told on the page that follows.

const sentences = {
  stored: 'Stored.',
  known: 'This event was known already: nothing was stored a second time. This is it.',
  edited: 'Changed.',
  unchanged: 'Nothing was changed: it is as it was.',
  restored: 'Restored as it was.',
  mended: 'The mended line is stored as this event, and has left the list of rejected lines.',
  resolved: 'It is over, and this is marked now.',
  detected: 'Its detection is marked now.',
  over: 'It was over already, or detected already: nothing was added.',
} as const;

/** What can be told, as it stands in the address. */
export type NoticeName = keyof typeof sentences;

/** The name in an address, or null where it is none. */
export function parseNotice(name: string | undefined): NoticeName | null {
  return name !== undefined && Object.hasOwn(sentences, name) ? (name as NoticeName) : null;
}

/** The notice; nothing where there is none. */
export function Notice({ name }: { readonly name: NoticeName | null }) {
  return name === null ? null : (
    <p class="notice" role="status">
      {sentences[name]}
    </p>
  );
}
