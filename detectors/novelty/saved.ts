import { mismatch } from '../../src/detector-kit/columns.ts';

/** Reads the lists of a saved memory in their order. */
export class SavedLists {
  readonly #lists: readonly unknown[];
  #at = 0;

  constructor(saved: unknown) {
    this.#lists = Array.isArray(saved) ? (saved as unknown[]) : [];
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  next(size: number): Float64Array {
    const list = this.#lists[this.#at++];
    if (!(list instanceof Float64Array) || list.length !== size) throw mismatch('a memory has another size');
    return list;
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  nextFindings(size: number): Uint16Array {
    const list = this.#lists[this.#at++];
    if (!(list instanceof Uint16Array) || list.length !== size) throw mismatch('a memory has another size');
    return list;
  }
}

/** So many figures of a saved memory. @throws ScadaError BASELINE_MISMATCH */
export function numbers(saved: unknown, count: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(saved) ? saved : [];
  if (list.length !== count || !list.every((one) => typeof one === 'number')) throw mismatch('a memory lacks its figures');
  return list;
}
