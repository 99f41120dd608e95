import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entrance, launchBrowser, openWindow, placesOf, signIn, sizes, themes, visit } from './browser.ts';

export interface ScreenshotOptions {
  /** Address of a running dashboard, e.g. `http://127.0.0.1:4800`. */
  readonly url: string;
  readonly entrance: Entrance;
  readonly outDir: string;
}

/** Takes a picture of every page in both themes and both sizes. Returns the files. */
export async function takeScreenshots({ url, entrance, outDir }: ScreenshotOptions): Promise<readonly string[]> {
  await mkdir(outDir, { recursive: true });
  const files: string[] = [];
  const browser = await launchBrowser();
  try {
    // one session for all: a setup token works once
    const first = await browser.newContext();
    const entry = await first.newPage();
    await signIn(entry, url, entrance);
    const places = await placesOf(entry, url);
    const storageState = await first.storageState();
    for (const size of sizes) {
      for (const theme of themes) {
        const window = await openWindow(browser, { size, theme }, storageState);
        const { page } = window;
        for (const place of places) {
          await visit(window, url, place);
          const file = join(outDir, `${place.name}-${theme}-${size.width}x${size.height}.png`);
          await page.screenshot({ path: file });
          files.push(file);
        }
        await page.context().close();
        const stranger = await browser.newContext({ viewport: size });
        const login = await stranger.newPage();
        await login.addInitScript(`localStorage.setItem('scadawatch.theme', '${theme}')`);
        await login.goto(url);
        await login.waitForSelector('form');
        const file = join(outDir, `login-${theme}-${size.width}x${size.height}.png`);
        await login.screenshot({ path: file });
        files.push(file);
        await stranger.close();
      }
    }
  } finally {
    await browser.close();
  }
  return files;
}
