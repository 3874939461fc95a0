// Looks at a page with axe, for what keeps people from reading it.

import { source } from 'axe-core';
import type { Page } from 'playwright-core';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds serious or critical, in a line each; none is right. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Told to the browser itself: the page's own policy lets no script in.
  await page.evaluate(source);
  const findings = await page.evaluate(async (): Promise<Finding[]> => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } };
    return (await axe.run()).violations;
  });
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
}
