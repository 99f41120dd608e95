import { createMemo, createSignal, onCleanup, type Accessor } from 'solid-js';

/** One key of a page or of the frame. A key has the same meaning on every page. */
export interface KeyBinding {
  /** As printed: `A`, `⇧A`, `↑ ↓`, `G P`. */
  readonly caption: string;
  readonly text: string;
  /** `KeyboardEvent.key` values, with `Shift+` in front where that matters; two keys in a row with a space between. */
  readonly on: readonly string[];
  readonly run: (key: string) => void;
  /** Not in the key bar; `?` lists it. */
  readonly quiet?: boolean;
}

type Layer = () => readonly KeyBinding[];
const [layers, setLayers] = createSignal<readonly Layer[]>([]);

/** Adds the keys of the current component while it exists; later components come before earlier ones. */
export function useKeys(bindings: Layer): void {
  setLayers((all) => [...all, bindings]);
  onCleanup(() => setLayers((all) => all.filter((layer) => layer !== bindings)));
}

/** All active keys, page first, each once. */
export const activeKeys: Accessor<readonly KeyBinding[]> = () => {
  const seen = new Set<string>();
  return layers()
    .toReversed()
    .flatMap((layer) => layer())
    .filter((binding) => !seen.has(binding.caption) && seen.add(binding.caption));
};

/** Name of a key event as bindings write it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  const { key } = event;
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  if (letter) return event.shiftKey ? `Shift+${key.toLowerCase()}` : key.toLowerCase();
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

/** Longest time before the second key of a sequence, ms. */
const sequenceMs = 1500;

/**
 * Listens on the window. Ignores keys typed into a field, except Escape, which leaves the field or closes its dialog. Single
 * letters can be switched off.
 * @returns function that stops listening
 */
export function listenToKeys(letterKeys: () => boolean): () => void {
  let first: { readonly key: string; readonly at: number } | undefined;
  const table = createMemo(
    () =>
      new Map(
        activeKeys()
          .toReversed()
          .flatMap((binding) => binding.on.map((key) => [key, binding] as const)),
      ),
  );
  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const name = keyName(event);
    if (inField(event.target)) {
      if (name !== 'Escape') return;
      // the keys of the page are one press away, and no text is lost; a dialog closes
      if (event.target.closest('[role="dialog"]') === null) return event.target.blur();
    }
    if (!letterKeys() && name.replace('Shift+', '').length === 1 && name !== '?') return;
    const before = first !== undefined && event.timeStamp - first.at < sequenceMs ? first.key : undefined;
    const sequence = before === undefined ? name : `${before} ${name}`;
    const binding = table().get(sequence) ?? (before === undefined ? undefined : table().get(name));
    const begins = binding === undefined && [...table().keys()].some((key) => key.startsWith(`${name} `));
    first = begins ? { key: name, at: event.timeStamp } : undefined;
    if (binding === undefined) return;
    // the focused button or link handles these itself
    if ((name === 'Enter' || name === ' ') && pressesItself(event.target)) return;
    event.preventDefault();
    binding.run(name);
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}

const inField = (target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;

const pressesItself = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a[href], summary') !== null;
