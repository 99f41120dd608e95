/**
 * Takes the answer of an identity provider out of the address, so that its code does not stay in the browser's history.
 * @returns query part of the address; undefined if the page was opened without such an answer
 */
export function takeReturnedSignIn(): string | undefined {
  const query = new URLSearchParams(location.search);
  if (!query.has('state') || !(query.has('code') || query.has('error'))) return undefined;
  const found = location.search;
  history.replaceState(null, '', location.pathname + location.hash);
  return found;
}
