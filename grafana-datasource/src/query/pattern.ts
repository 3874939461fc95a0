// Patterns in which `*` stands for any characters, also for none. Pure.

/** A test whether texts fit a pattern. For few texts: the server has the one for many. */
export function createPatternTest(pattern: string): (text: string) => boolean {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const form = new RegExp(`^${parts.join('[^]*')}$`);
  return (text) => form.test(text);
}
