import { createEffect, createSignal, type Accessor, type Setter } from 'solid-js';
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

export function createSettings(): Settings {
  const [theme, setTheme] = createSignal<Theme>(readStored('theme') === 'dark' ? 'dark' : 'light');
  const [letterKeys, setLetterKeys] = createSignal(readStored('letter-keys') !== 'off');
  const [utc, setUtc] = createSignal(false);
  // paper is light
  const [printing, setPrinting] = createSignal(false);
  addEventListener('beforeprint', () => setPrinting(true));
  addEventListener('afterprint', () => setPrinting(false));
  const shown = (): Theme => (printing() ? 'light' : theme());
  createEffect(() => {
    document.documentElement.dataset['theme'] = shown();
    writeStored('theme', theme());
  });
  createEffect(() => writeStored('letter-keys', letterKeys() ? 'on' : 'off'));
  return {
    theme: shown,
    toggleTheme: () => setTheme((now) => (now === 'light' ? 'dark' : 'light')),
    letterKeys,
    setLetterKeys,
    utc,
    setUtc,
  };
}
