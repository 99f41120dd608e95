import { createEffect } from 'solid-js';
import { routeHash, type Route } from '../pure/route.ts';
import { useApp } from '../store/app-context.ts';

/** Set while a page that a key has opened is about to be shown. */
let isWanted = false;

/** Moves the focus to the begin of the page, behind menu and tabs: the next Tab reaches the first control of its content. */
export function focusPageStart(): void {
  isWanted = false;
  document.querySelector<HTMLElement>('[data-page-start]')?.focus();
}

/** Opens a page by key, with the focus at its begin. Links leave the focus where the person has put it. */
export function openByKey(go: (route: Route) => void, route: Route): void {
  if (location.hash === routeHash(route)) return focusPageStart();
  isWanted = true;
  go(route);
}

/** The heading of a page, for screen readers; the focus goes to it when a key opens the page. */
export function PageStart(props: { readonly title: string }) {
  const { route } = useApp();
  createEffect(() => {
    route();
    if (isWanted) focusPageStart();
  });
  return (
    <h1 class="unseen" tabindex="-1" data-page-start>
      {props.title}
    </h1>
  );
}
