import { watchAnswers } from './answers.ts';
import { barriers } from './barriers.ts';
import {
  type Entrance,
  launchBrowser,
  openWindow,
  placesOf,
  signIn,
  sizes,
  tablets,
  themes,
  type View,
  visit,
} from './browser.ts';
import { layoutFaults, sidewaysFaults } from './in-page.ts';

export interface LayoutOptions {
  readonly url: string;
  readonly entrance: Entrance;
  /** Default: both themes in both sizes. */
  readonly views?: readonly View[];
}

const allViews: readonly View[] = sizes.flatMap((size) => themes.map((theme) => ({ size, theme })));

/** A fault in the layout of a page. */
export interface LayoutFault {
  readonly place: string;
  readonly theme: string;
  readonly size: string;
  readonly fault: string;
}

/**
 * Checks every page for truncated and overlapping text and for accessibility, in both themes and both sizes by default, all at
 * the same time, and for sideways scrolling on a tablet. Also validates every answer of the API.
 */
export async function checkLayout({ url, entrance, views = allViews }: LayoutOptions): Promise<readonly LayoutFault[]> {
  const browser = await launchBrowser();
  try {
    const first = await browser.newContext();
    const entry = await first.newPage();
    await signIn(entry, url, entrance);
    const places = await placesOf(entry, url);
    const storageState = await first.storageState();
    // one window is enough to turn to a tablet: its page is there already
    const narrowest = views.toSorted((a, b) => a.size.width - b.size.width)[0];
    const checkView = async (view: View): Promise<readonly LayoutFault[]> => {
      const { size, theme } = view;
      const faults: LayoutFault[] = [];
      const window = await openWindow(browser, view, storageState);
      const { page } = window;
      const answers = watchAnswers(page);
      page.on('pageerror', (error) =>
        faults.push({ place: page.url(), theme, size: `${size.width}`, fault: `threw ${error.message}` }),
      );
      for (const place of places) {
        await visit(window, url, place);
        const say = (fault: string): void => {
          faults.push({ place: place.name, theme, size: `${size.width}x${size.height}`, fault });
        };
        for (const fault of await page.evaluate<string[]>(layoutFaults)) say(fault);
        for (const fault of await barriers(page)) say(fault);
        if (view !== narrowest) continue;
        for (const tablet of tablets) {
          await page.setViewportSize(tablet);
          const turned = `${tablet.width}x${tablet.height}`;
          for (const fault of await page.evaluate<string[]>(sidewaysFaults))
            faults.push({ place: place.name, theme, size: turned, fault });
        }
        await page.setViewportSize(size);
      }
      for (const fault of await answers()) faults.push({ place: 'answers', theme, size: `${size.width}`, fault });
      await page.context().close();
      return faults;
    };
    return (await Promise.all(views.map(checkView))).flat();
  } finally {
    await browser.close();
  }
}
