/** True if a part of the element's text is hidden behind an ellipsis. */
const isCut = (element: Element): boolean =>
  element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow === 'ellipsis';

/** Texts that `titleCutText` has titled, with the title that it gave. */
const titled = new WeakMap<Element, string>();

/** Gives a text that does not fit its full text as a title; takes it away once it fits. An own title stays. */
export function titleCutText(element: HTMLElement): void {
  const given = titled.get(element);
  if (element.title !== '' && element.title !== given) return;
  const text = isCut(element) ? element.textContent.trim() : '';
  if (text === '' && given === undefined) return;
  element.title = text;
  titled.set(element, text);
}

/**
 * Titles cut texts under the pointer, and in what has the focus, so that every name can be read in full.
 * @returns function that stops listening
 */
export function listenToCutText(): () => void {
  const over = ({ target }: Event): void => {
    if (!(target instanceof HTMLElement)) return;
    for (let up: HTMLElement | null = target, level = 0; up !== null && level < 3; up = up.parentElement, level++)
      titleCutText(up);
  };
  const focused = ({ target }: Event): void => {
    if (!(target instanceof HTMLElement)) return;
    const place = target.closest('tr, li, button, a') ?? target;
    for (const element of [place, ...place.querySelectorAll('*')].slice(0, 40))
      if (element instanceof HTMLElement) titleCutText(element);
  };
  addEventListener('pointerover', over);
  addEventListener('focusin', focused);
  return () => {
    removeEventListener('pointerover', over);
    removeEventListener('focusin', focused);
  };
}
