// Looks at a page with axe, for what keeps people from reading it.

import { source } from 'axe-core';
import type { Page } from 'playwright-core';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

interface Findings {
  readonly violations: readonly Finding[];
  readonly passes: readonly Finding[];
}

// Each of our pages has a title, a language, links, a landmark and so on.
const leastPasses = 10;

/** What axe finds serious or critical, in a line each; none is right. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Told to the browser itself: the page's own policy lets no script in.
  await page.evaluate(source);
  const { violations, passes } = await page.evaluate(async (): Promise<Findings> => {
    const { axe } = window as unknown as { axe: { run(): Promise<Findings> } };
    return axe.run();
  });
  if (passes.length < leastPasses) return [`axe found hardly anything to look at: ${passes.length} rules`];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
}
