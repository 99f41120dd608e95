import type { Page } from 'playwright-core';

/** Most presses of Tab on the way to a control: more is not usable. */
const mostTabs = 120;

interface Focused {
  readonly name: string;
  readonly visible: boolean;
}

/** Runs in the page, as text. Accessible name of the element with the focus, and whether a person sees where the focus is. */
const focused = `(() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const marked = getComputedStyle(element).outlineStyle !== 'none';
  const onScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const label = element.labels?.[0]?.firstChild?.textContent;
  // past the last control the browser begins again at the document
  if (element === document.body) return { name: '', visible: true };
  const name = element.getAttribute('aria-label') ?? label ?? element.innerText ?? '';
  return { name: name.replaceAll(/\\s+/g, ' ').trim(), visible: marked && onScreen };
})()`;

/** A person who has only a keyboard. */
export class Keyboard {
  readonly #page: Page;
  /** Controls that had the focus without a visible mark. */
  readonly unseen = new Set<string>();
  /** Presses of Tab so far. */
  tabs = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses keys one after the other, e.g. `g`, `a`. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  /** Presses Tab until a control has the focus. @throws if none of this name is reached */
  async reach(name: RegExp): Promise<void> {
    const met: string[] = [];
    for (let i = 0; i < mostTabs; i++) {
      await this.press('Tab');
      this.tabs++;
      const now = await this.#page.evaluate<Focused>(focused);
      met.push(now.name);
      if (!now.visible) this.unseen.add(now.name.slice(0, 60));
      if (name.test(now.name)) return;
    }
    throw new Error(`Tab does not reach ${name}; it reaches ${[...new Set(met)].join(' | ')}`);
  }

  /** Presses the button of a dialog that has the focus already. @throws if another control has it */
  async confirm(name: RegExp): Promise<void> {
    const now = await this.#page.evaluate<Focused>(focused);
    if (!name.test(now.name)) throw new Error(`the focus is on ${now.name}, not on ${name}`);
    if (!now.visible) this.unseen.add(now.name.slice(0, 60));
    await this.press('Enter');
  }

  /** Reaches a button or link and presses it. */
  async use(name: RegExp): Promise<void> {
    await this.reach(name);
    await this.press('Enter');
  }

  /** Reaches a field and types into it; a choice takes the option that begins with the text. */
  async fill(name: RegExp, text: string): Promise<void> {
    await this.reach(name);
    await this.type(text);
  }
}
