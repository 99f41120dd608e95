import type { Page } from 'playwright-core';
import { launchBrowser } from '../../e2e/browser.ts';
import { scale } from './plant.ts';

/** Times until a page is complete, s, one for each opening. */
export interface Openings {
  readonly overview: readonly number[];
  readonly tagList: readonly number[];
}

const patienceMs = 60_000;

/**
 * Opens the page in Chromium, each time in a new window without a cache. The overview is complete when each area shows values, and the
 * tag list of an area when each row on screen does.
 */
export async function measureOpenings(address: string, cookie: string, times: number): Promise<Openings> {
  const browser = await launchBrowser();
  try {
    const opened = async (hash: string, isComplete: string): Promise<number> => {
      const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, bypassCSP: true });
      await context.addCookies(
        cookie.split('; ').map((pair) => {
          const at = pair.indexOf('=');
          return { name: pair.slice(0, at), value: pair.slice(at + 1), url: address };
        }),
      );
      const page = await context.newPage();
      const seconds = await timeUntil(page, `${address}/${hash}`, isComplete);
      await context.close();
      return seconds;
    };
    const overview: number[] = [];
    const tagList: number[] = [];
    // the first one starts processes of the browser
    await opened('#/plant', '() => document.querySelector("main") !== null');
    for (let i = 0; i < times; i++) {
      overview.push(await opened('#/plant', isOverviewComplete));
      tagList.push(await opened(`#/unit/A${i % scale.areas}`, isListComplete));
    }
    return { overview, tagList };
  } finally {
    await browser.close();
  }
}

/** Time from the navigation on, s, by the clock of the page. */
async function timeUntil(page: Page, url: string, isComplete: string): Promise<number> {
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(`(${isComplete})(${scale.areas})`, undefined, { polling: 'raf', timeout: patienceMs });
  return (await page.evaluate(() => performance.now())) / 1_000;
}

// these run in the page, as text: this file is not compiled for a browser. Its policy forbids to evaluate text, hence `bypassCSP`

const isOverviewComplete = `(areas) => {
  const panels = [...document.querySelectorAll('.area-panel')];
  return panels.length === areas && panels.every((panel) => {
    const values = [...panel.querySelectorAll('.indicator .now')];
    const lines = [...panel.querySelectorAll('.equipment-lines dd')];
    return values.length === 4 && lines.length > 1 && [...values, ...lines].every(({ textContent }) => !textContent.includes('––'));
  });
}`;

const isListComplete = `() => {
  const values = [...document.querySelectorAll('.table .value .figure')];
  return values.length > 5 && values.every(({ textContent }) => textContent !== '––');
}`;
