import { createMemo, createSignal, onCleanup, onMount, type Accessor } from 'solid-js';

/** The part of a long list that is on screen, and the heights above and below it. */
export interface VisibleRows<T> {
  readonly rows: Accessor<readonly T[]>;
  readonly above: Accessor<number>;
  readonly below: Accessor<number>;
  /** Ref of the scrolling element. */
  readonly scroller: (element: HTMLElement) => void;
}

/** Rows rendered beyond the edges, so that scrolling shows no gaps. */
const spare = 12;

/** Keeps invisible rows out of the DOM. All rows have one height, the token `--row`. */
export function visibleRows<T>(all: Accessor<readonly T[]>): VisibleRows<T> {
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(800);
  const [row, setRow] = createSignal(40);
  let element: HTMLElement | undefined;
  const measure = (): void => {
    if (element === undefined) return;
    setTop(element.scrollTop);
    setHeight(element.clientHeight);
    setRow(Number.parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 40);
  };
  onMount(() => {
    measure();
    const observer = new ResizeObserver(measure);
    if (element !== undefined) observer.observe(element);
    element?.addEventListener('scroll', measure, { passive: true });
    onCleanup(() => {
      observer.disconnect();
      element?.removeEventListener('scroll', measure);
    });
  });
  const first = createMemo(() => Math.max(0, Math.floor(top() / row()) - spare));
  const last = createMemo(() => Math.min(all().length, Math.ceil((top() + height()) / row()) + spare));
  return {
    rows: () => all().slice(first(), last()),
    above: () => first() * row(),
    below: () => (all().length - last()) * row(),
    scroller: (given) => {
      element = given;
    },
  };
}
