import type { Page, Response } from 'playwright-core';
import { type RouteName, routes } from '../../dashboard/api/index.ts';
import { zodOf } from '../../dashboard/api/schemas/parts.ts';
import { parseMessage } from '../../dashboard/protocol.ts';

const isRoute = (name: string): name is RouteName => Object.hasOwn(routes, name);

/** Validates every answer of the API that a page receives. Returns the faults so far. */
export function watchAnswers(page: Page): () => Promise<readonly string[]> {
  const checks: Promise<string[]>[] = [];
  page.on('response', (response) => checks.push(faultsOf(response)));
  return async () => (await Promise.all(checks)).flat();
}

async function faultsOf(response: Response): Promise<string[]> {
  const { pathname } = new URL(response.url());
  const name = `${response.request().method()} ${pathname}`;
  if (!pathname.startsWith('/api/') || response.status() !== 200) return [];
  if (!isRoute(name)) return [`${name} is not a route`];
  let text: string;
  try {
    text = await response.text();
  } catch {
    // the page has navigated, and its answer is gone
    return [];
  }
  const parsed = zodOf<unknown>(routes[name].answer).safeParse(parseMessage<unknown>(text));
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${name} ${path.join('.')}: ${message}`);
}
