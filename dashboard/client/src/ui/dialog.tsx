import { createUniqueId, onCleanup, onMount, type JSX } from 'solid-js';
import { useKeys } from './keys.ts';
import './dialog.css';
import { shared } from '../text.ts';

/** A dialog below the banner, one at a time. Keeps the focus and returns it on close. */
export function Dialog(props: { readonly title: string; readonly onClose: () => void; readonly children: JSX.Element }) {
  const id = createUniqueId();
  let box!: HTMLDivElement;
  useKeys(() => [{ caption: 'Esc', text: shared.key.close, on: ['Escape'], run: () => props.onClose() }]);
  onMount(() => {
    const before = document.activeElement;
    (box.querySelector<HTMLElement>('input, textarea, select, button') ?? box).focus();
    onCleanup(() => before instanceof HTMLElement && before.focus());
  });
  const hold = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab') return;
    const stops = [...box.querySelectorAll<HTMLElement>('button:not(:disabled), input, textarea, select, a[href]')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = event.shiftKey ? at - 1 : at + 1;
    if (next >= 0 && next < stops.length) return;
    event.preventDefault();
    stops.at(event.shiftKey ? -1 : 0)?.focus();
  };
  return (
    <div class="dialog-layer">
      <div
        class="dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabindex="-1"
        ref={(element) => (box = element)}
        onKeyDown={hold}
      >
        <h2 id={id}>{props.title}</h2>
        {props.children}
      </div>
    </div>
  );
}
