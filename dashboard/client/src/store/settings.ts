import { createEffect, createSignal, onCleanup, type Accessor, type Setter } from 'solid-js';
import { readStored, writeStored } from './browser-storage.ts';

export type Theme = 'light' | 'dark';

/** Settings of a user for this browser, stored in it. */
export interface Settings {
  readonly theme: Accessor<Theme>;
  readonly toggleTheme: () => void;
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  readonly letterKeys: Accessor<boolean>;
  readonly setLetterKeys: Setter<boolean>;
  readonly utc: Accessor<boolean>;
  readonly setUtc: Setter<boolean>;
}

/** Must be called inside a reactive owner; its listeners end with it. */
export function createSettings(): Settings {
  const [theme, setTheme] = createSignal<Theme>(readStored('theme') === 'dark' ? 'dark' : 'light');
  const [letterKeys, setLetterKeys] = createSignal(readStored('letter-keys') !== 'off');
  const [utc, setUtc] = createSignal(false);
  const [printing, setPrinting] = createSignal(false);
  // the document has the theme before charts read their colours from it: effects have no order among each other
  const apply = (shown: Theme): void => {
    document.documentElement.dataset['theme'] = shown;
  };
  apply(theme());
  // paper is light
  const print = (prints: boolean): void => {
    apply(prints ? 'light' : theme());
    setPrinting(prints);
  };
  const stop = new AbortController();
  addEventListener('beforeprint', () => print(true), stop);
  addEventListener('afterprint', () => print(false), stop);
  onCleanup(() => stop.abort());
  createEffect(() => writeStored('theme', theme()));
  createEffect(() => writeStored('letter-keys', letterKeys() ? 'on' : 'off'));
  return {
    theme: () => (printing() ? 'light' : theme()),
    toggleTheme: () => {
      const next = theme() === 'light' ? 'dark' : 'light';
      apply(next);
      setTheme(next);
    },
    letterKeys,
    setLetterKeys,
    utc,
    setUtc,
  };
}
