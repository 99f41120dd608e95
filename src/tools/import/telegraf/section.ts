import type { DraftTag, Names } from '../../draft.ts';

/** Where what is read of one section goes. */
export interface SectionContext {
  readonly devices: Names;
  readonly tags: Names;
  /** How often values are gathered, ms. */
  intervalMs(): number;
  /** Something that is not carried over, in one sentence. */
  lose(what: string): void;
}

export interface Section {
  readonly device: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tags: readonly DraftTag[];
}

/** The nearest whole number that a setting takes; where that is another one, it is told. */
export function within(value: number, low: number, high: number, what: string, lose: (what: string) => void): number {
  const taken = Math.round(Math.min(high, Math.max(low, value)));
  if (taken !== Math.round(value)) lose(`${what} ${value}: ${taken} is the ${value < low ? 'least' : 'most'} here`);
  return taken;
}
