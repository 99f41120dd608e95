/** A text that this browser keeps for the user; null if there is none, or if the browser forbids storage. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(`scadawatch.${key}`);
  } catch {
    return null;
  }
}

/** Keeps a text in this browser. If it forbids storage, the text lasts until the page is closed. */
export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(`scadawatch.${key}`, value);
  } catch {
    return;
  }
}
