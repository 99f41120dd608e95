import { setFlagsFromString } from 'node:v8';

/** Garbage of all threads is collected when a heap has grown by this share since the last time, percent. */
const growth = 30;

/**
 * Keeps what a process takes near what it needs. V8 by itself lets a heap grow to several times what lives in it before it collects
 * the old part, and what was once taken is not given back: after a day a monitor has the memory of its worst minute.
 */
export const boundGarbage = (): void => setFlagsFromString(`--heap-growing-percent=${growth}`);
