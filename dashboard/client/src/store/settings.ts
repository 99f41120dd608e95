import { createEffect, createSignal, type Accessor, type Setter } from 'solid-js';

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
  const [theme, setTheme] = createSignal<Theme>(read('theme') === 'dark' ? 'dark' : 'light');
  const [letterKeys, setLetterKeys] = createSignal(read('letter-keys') !== 'off');
  const [utc, setUtc] = createSignal(false);
  createEffect(() => {
    document.documentElement.dataset['theme'] = theme();
    write('theme', theme());
  });
  createEffect(() => write('letter-keys', letterKeys() ? 'on' : 'off'));
  return {
    theme,
    toggleTheme: () => setTheme((now) => (now === 'light' ? 'dark' : 'light')),
    letterKeys,
    setLetterKeys,
    utc,
    setUtc,
  };
}

// a browser may forbid storage: the setting then lasts until the page is closed
function read(key: string): string | null {
  try {
    return localStorage.getItem(`scadawatch.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`scadawatch.${key}`, value);
  } catch {
    return;
  }
}
