import type { DraftTag, Names } from '../../draft.ts';

/** Context and results of the conversion of one section. */
export interface SectionContext {
  readonly devices: Names;
  readonly tags: Names;
  /** Gathering interval, ms. */
  intervalMs(): number;
  /** Reports a loss, in one sentence. */
  lose(what: string): void;
}

export interface Section {
  readonly device: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tags: readonly DraftTag[];
}

/** The nearest whole number in the range of a setting. A difference is reported as a loss. */
export function within(value: number, low: number, high: number, what: string, lose: (what: string) => void): number {
  const taken = Math.round(Math.min(high, Math.max(low, value)));
  if (taken !== Math.round(value)) lose(`${what} ${value}: ${taken} is the ${value < low ? 'least' : 'most'} here`);
  return taken;
}
