import AxeBuilder from '@axe-core/playwright';
import { type Entrance, launchBrowser, placesOf, signIn, sizes, type Theme, themes, visit } from './browser.ts';
import { layoutFaults, widerFont } from './in-page.ts';

export interface LayoutOptions {
  readonly url: string;
  readonly entrance: Entrance;
  /** Checks with a wider font too. */
  readonly wide?: boolean;
  /** Default: both themes in both sizes. */
  readonly views?: readonly View[];
}

export interface View {
  readonly size: (typeof sizes)[number];
  readonly theme: Theme;
}

const allViews: readonly View[] = sizes.flatMap((size) => themes.map((theme) => ({ size, theme })));

/** One thing that is wrong on a page. */
export interface LayoutFault {
  readonly place: string;
  readonly theme: string;
  readonly size: string;
  readonly fault: string;
}

/** Checks every page for words that are cut off or overlap, and by axe; in both themes and both sizes by default, all at the same time. */
export async function checkLayout({
  url,
  entrance,
  wide = false,
  views = allViews,
}: LayoutOptions): Promise<readonly LayoutFault[]> {
  const browser = await launchBrowser();
  try {
    const first = await browser.newContext();
    const entry = await first.newPage();
    await signIn(entry, url, entrance);
    const places = await placesOf(entry, url);
    const storageState = await first.storageState();
    const checkView = async ({ size, theme }: View): Promise<readonly LayoutFault[]> => {
      const faults: LayoutFault[] = [];
      const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', storageState });
      const page = await context.newPage();
      page.on('pageerror', (error) =>
        faults.push({ place: page.url(), theme, size: `${size.width}`, fault: `threw ${error.message}` }),
      );
      for (const place of places) {
        await visit(page, url, place, theme);
        const say = (fault: string): void => {
          faults.push({ place: place.name, theme, size: `${size.width}x${size.height}`, fault });
        };
        for (const fault of await page.evaluate<string[]>(layoutFaults)) say(fault);
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, nodes } of violations) say(`axe ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
        if (!wide) continue;
        await page.evaluate(widerFont);
        for (const fault of await page.evaluate<string[]>(layoutFaults)) say(`wide font, ${fault}`);
      }
      await context.close();
      return faults;
    };
    return (await Promise.all(views.map(checkView))).flat();
  } finally {
    await browser.close();
  }
}
