// The notice about the last action, shown on the next page.

const sentences = {
  stored: 'Stored.',
  known: 'Duplicate: this event is already stored. It was not stored again.',
  edited: 'Saved.',
  unchanged: 'Nothing to save: no field was changed.',
  restored: 'Restored.',
  mended: 'The corrected line was stored as this event and removed from the rejected lines.',
  resolved: 'End recorded.',
  detected: 'Detection recorded.',
  update: 'Note added.',
  declared: 'Incident declared.',
  reopened: 'Reopened.',
  undone: 'Undone.',
  late: 'Nothing to undo: this mark no longer exists.',
  over: 'Nothing was added: the span already has an end or a detection.',
} as const;

/** The name of a notice, as in the address. */
export type NoticeName = keyof typeof sentences;

/** The name in an address, or null if it is unknown. */
export function parseNotice(name: string | undefined): NoticeName | null {
  return name !== undefined && Object.hasOwn(sentences, name) ? (name as NoticeName) : null;
}

/** The notice; nothing for null. */
export function Notice({ name }: { readonly name: NoticeName | null }) {
  return name === null ? null : (
    <p class="notice" role="status">
      {sentences[name]}
    </p>
  );
}
