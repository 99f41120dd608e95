/** Complete state of a generator: four 32-bit words, and the second value of the last normal pair, if any. */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spare: number | null;
}

/** 32-bit hash of a text (FNV-1a with a finaliser), for deriving independent streams from names. */
export function hash32(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Seeded generator sfc32 (C. Doty-Humphrey, PractRand), the only source of randomness except for keys and tokens. `fork(name)`
 * returns an independent stream that depends only on seed and name. Another noise source therefore never changes the numbers of
 * existing ones.
 */
export class Random {
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  #spare: number | null = null;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.#a = hash32('a', this.seed);
    this.#b = hash32('b', this.seed);
    this.#c = hash32('c', this.seed);
    this.#counter = 1;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  fork(name: string): Random {
    return new Random(hash32(name, this.seed));
  }

  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.uint32() / 4294967296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spare = v * factor;
        return u * factor;
      }
    }
  }

  save(): RandomState {
    return { words: [this.#a, this.#b, this.#c, this.#counter], spare: this.#spare };
  }

  restore(state: RandomState): void {
    [this.#a, this.#b, this.#c, this.#counter] = state.words;
    this.#spare = state.spare;
  }
}
