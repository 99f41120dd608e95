import { render } from 'solid-js/web';
import { vi } from 'vitest';
import type { Alert } from '../../../../src/core/alert.ts';
import { App } from '../app.tsx';
import type { TestServer } from './server.ts';

/** The page in a document of the test, with a clock that the test moves. */
export interface OpenPage extends Disposable {
  readonly text: () => string;
  /** The first element of a selector whose text contains all of these words. @throws if there is none */
  readonly find: (selector: string, ...words: readonly string[]) => HTMLElement;
  readonly press: (key: string, on?: Element) => void;
  /** Moves the clock of the page, ms. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Window of the document of a test. */
interface TestWindow {
  readonly happyDOM: { readonly waitUntilComplete: () => Promise<void> };
}

/**
 * Opens the whole page at a client-side address, e.g. `#/alarms/active`, signed in.
 * @param alerts open alerts; undefined for a pending alert stream
 */
export async function openPage(server: TestServer, hash: string, alerts: readonly Alert[] | undefined): Promise<OpenPage> {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('WebSocket', server.socketClass);
  location.hash = hash;
  const root = document.createElement('div');
  document.body.replaceChildren(root);
  const dispose = render(() => <App />, root);
  const wait = async (ms: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(ms);
    // the document announces a changed address by a timer of its own
    await (window as unknown as TestWindow).happyDOM.waitUntilComplete();
    // pages are modules that load on demand
    await vi.dynamicImportSettled();
    await vi.advanceTimersByTimeAsync(0);
  };
  await wait(0);
  if (alerts !== undefined) server.welcome(alerts);
  await wait(0);
  return {
    text: () => document.body.textContent,
    find(selector, ...words) {
      const found = [...document.querySelectorAll<HTMLElement>(selector)].find(({ textContent }) =>
        words.every((word) => textContent.includes(word)),
      );
      if (found === undefined) throw new Error(`no ${selector} with ${words.join(', ')} in: ${document.body.textContent}`);
      return found;
    },
    press(key, on = document.body) {
      const shiftKey = key.startsWith('Shift+');
      on.dispatchEvent(
        new KeyboardEvent('keydown', { key: key.replace('Shift+', ''), shiftKey, bubbles: true, cancelable: true }),
      );
    },
    wait,
    [Symbol.dispose]() {
      dispose();
      vi.useRealTimers();
      vi.unstubAllGlobals();
      localStorage.clear();
    },
  };
}
