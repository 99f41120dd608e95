const key = 'scadawatch.wall-token';

/**
 * The token of a wall display, from the link that an administrator received. It moves from the address into the storage of the
 * browser, so that it is not on the screen. Undefined for any other address.
 */
export function takeWallToken(): string | undefined {
  const found = /^#\/?wall\/(.+)$/.exec(location.hash)?.[1];
  try {
    if (found !== undefined) {
      localStorage.setItem(key, found);
      history.replaceState(null, '', '#/wall');
    }
    return location.hash === '#/wall' ? (localStorage.getItem(key) ?? '') : undefined;
  } catch {
    // without storage, the token stays in the address
    return found;
  }
}
