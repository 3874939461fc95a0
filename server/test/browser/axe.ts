// Checks the accessibility of a page with axe.

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

// Each page of the server has a title, a language, links, a landmark and so on.
const leastPasses = 10;

/** The serious and critical faults that axe finds, one per line; a good page has none. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Injected by the browser, because the page's own policy allows no script.
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
