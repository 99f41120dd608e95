import { Lru } from '../core/lru.ts';
import type { WireEvent } from '../core/wire.ts';
import { addressBits, masked } from './address-range.ts';
import { type Indicator, writeKey } from './indicator.ts';

/** Addresses whose indicators are remembered. */
const remembered = 10_000;
/** Most indicators of one event. A feed has few with the same sign; this bounds those of its blocks. */
const mostHits = 64;
/** Indicators between two pauses of the set's construction. */
const atOnce = 1_000;
const none: readonly Indicator[] = [];

/** An observed sign of an indicator. */
export interface Hit {
  readonly indicator: Indicator;
  /** The sign as it was observed: an address, a thumbprint, a target. */
  readonly sign: string;
}

/**
 * Indicators by what they match. An address needs one look-up for each size of block, a write one for each set of stated properties,
 * whatever the number of indicators.
 */
export class IndicatorSet {
  /** By version and prefix, then by first address. */
  readonly #blocks = new Map<4 | 6, Map<number, Map<bigint, Indicator[]>>>();
  readonly #certificates = new Map<string, Indicator[]>();
  readonly #writes = new Map<string, Indicator[]>();
  readonly #known = new Lru<string, readonly Indicator[]>(remembered);
  #size = 0;

  private constructor() {}

  /** @param pause lets other work run between parts of a large set */
  static async of(indicators: readonly Indicator[], pause: () => Promise<void>): Promise<IndicatorSet> {
    const set = new IndicatorSet();
    for (const indicator of indicators) {
      set.#add(indicator);
      if (++set.#size % atOnce === 0) await pause();
    }
    return set;
  }

  static empty(): IndicatorSet {
    return new IndicatorSet();
  }

  /** Signs in an event of a tap that are valid at its time, at most 64. */
  hitsOf(event: WireEvent): readonly Hit[] {
    if (this.#size === 0 || event.type === 'wire-loss') return [];
    const { client, server } = event.ends;
    const hits: Hit[] = [];
    const add = (indicators: readonly Indicator[] | undefined, sign: string): void => {
      for (const indicator of indicators ?? none) {
        if (hits.length === mostHits) return;
        if (event.time >= indicator.from && event.time < indicator.until) hits.push({ indicator, sign });
      }
    };
    add(this.#ofAddress(client), client);
    if (server !== client) add(this.#ofAddress(server), server);
    if (event.type === 'wire-session' && event.certificate !== undefined) {
      const sign = event.certificate.toLowerCase();
      add(this.#certificates.get(sign), sign);
    }
    if (event.type === 'wire-write') {
      const { target, unit, after: value } = event;
      for (const key of new Set(choicesOf({ target, server, unit, value }))) add(this.#writes.get(key), target);
    }
    return hits;
  }

  #ofAddress(address: string): readonly Indicator[] {
    return this.#known.obtain(address, () => {
      const parsed = addressBits(address);
      if (parsed === undefined) return none;
      const { version, bits } = parsed;
      const blocks = this.#blocks.get(version) ?? new Map<number, Map<bigint, Indicator[]>>();
      return [...blocks].flatMap(([prefix, byFirst]) => byFirst.get(masked(bits, version, prefix)) ?? none);
    });
  }

  #add(indicator: Indicator): void {
    const { match } = indicator;
    switch (match.kind) {
      case 'address': {
        const { version, prefix, first } = match.range;
        const blocks = this.#blocks.get(version) ?? new Map<number, Map<bigint, Indicator[]>>();
        this.#blocks.set(version, blocks);
        const byFirst = blocks.get(prefix) ?? new Map<bigint, Indicator[]>();
        blocks.set(prefix, byFirst);
        addTo(byFirst, first, indicator);
        return;
      }
      case 'certificate':
        addTo(this.#certificates, match.thumbprint, indicator);
        return;
      case 'write':
        addTo(this.#writes, writeKey(match.write), indicator);
    }
  }
}

function addTo<Key>(map: Map<Key, Indicator[]>, key: Key, indicator: Indicator): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [indicator]);
  else known.push(indicator);
}

/** Keys of all patterns that match a write: each property is stated, or any. */
const choicesOf = ({ target, server, unit, value }: Parameters<typeof writeKey>[0]): string[] =>
  [server, undefined].flatMap((ofServer) =>
    [unit, undefined].flatMap((ofUnit) =>
      [value, undefined].map((ofValue) => writeKey({ target, server: ofServer, unit: ofUnit, value: ofValue })),
    ),
  );
