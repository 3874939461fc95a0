// Quotes words for a shell, in commands that users copy.

/** The word, in single quotes if it contains special characters. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
