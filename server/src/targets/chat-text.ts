// Makes texts of events harmless for chats: no mentions, no links under another name. Pure.

const nothing = '\u200b';

/** Breaks mentions such as `@here`, and links and images in Markdown. Characters without width keep the text readable. */
export function harmless(text: string): string {
  return text.replace(/(^|\W)@(?=\w)/g, `$1@${nothing}`).replace(/\](?=[([:])/g, `]${nothing}`);
}

/** The same for Slack and for programs that accept its messages: they also read `<!channel>` and `<url|text>`. */
export function slackText(text: string): string {
  return withoutMarkup(harmless(text));
}

/** Escapes the characters of markup, for the content of elements. */
export function withoutMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
