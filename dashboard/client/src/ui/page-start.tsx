import { createEffect } from 'solid-js';
import { routeHash, type Route } from '../pure/route.ts';
import { type AppContext, useApp } from '../store/app-context.ts';

/** Set while a page that a key has opened is about to be shown. */
let isWanted = false;

/** Moves the focus to the begin of the page, behind menu and tabs: the next Tab reaches the first control of its content. */
export function focusPageStart(): void {
  const start = document.querySelector<HTMLElement>('[data-page-start]');
  // a page whose code still loads takes the focus when it is shown
  isWanted = start === null;
  start?.focus();
}

/** Opens a page by key, with the focus at its begin. Links leave the focus where the person has put it. */
export function openByKey({ go, route: shown }: Pick<AppContext, 'go' | 'route'>, route: Route): void {
  const hash = routeHash(route);
  isWanted = true;
  if (location.hash !== hash) go(route);
  // until the address has been followed, the heading is still that of the page before
  else if (routeHash(shown()) === hash) focusPageStart();
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
