import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Accessibility faults that axe finds on the page, with rule and elements. The source of axe is added to a page once, because the
 * dashboard changes its view without reloading.
 */
export async function barriers(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`);
  return violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
