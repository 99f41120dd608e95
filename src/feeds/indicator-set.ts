import { Lru } from '../core/lru.ts';
import type { WireEvent } from '../core/wire.ts';
import { addressBits, masked } from './address-range.ts';
import type { Indicator } from './indicator.ts';

/** Addresses whose indicators are remembered. */
const remembered = 10_000;
const none: readonly Indicator[] = [];

/** An observed sign of an indicator. */
export interface Hit {
  readonly indicator: Indicator;
  /** The sign as it was observed: an address, a thumbprint, a target. */
  readonly sign: string;
}

/** Indicators by what they match: each address needs one look-up for each size of block, whatever the number of indicators. */
export class IndicatorSet {
  readonly size: number;
  /** By version and prefix, then by first address. */
  readonly #blocks = new Map<4 | 6, Map<number, Map<bigint, Indicator[]>>>();
  readonly #certificates = new Map<string, Indicator[]>();
  readonly #writes = new Map<string, Indicator[]>();
  readonly #known = new Lru<string, readonly Indicator[]>(remembered);

  constructor(indicators: readonly Indicator[]) {
    this.size = indicators.length;
    for (const indicator of indicators) this.#add(indicator);
  }

  /** Signs in an event of a tap that are valid at its time. */
  hitsOf(event: WireEvent): readonly Hit[] {
    if (this.size === 0 || event.type === 'wire-loss') return [];
    const { client, server } = event.ends;
    const hits = [...new Set([client, server])].flatMap((sign) =>
      this.#ofAddress(sign).map((indicator) => ({ indicator, sign })),
    );
    if (event.type === 'wire-session' && event.certificate !== undefined) {
      const sign = event.certificate.toLowerCase();
      hits.push(...(this.#certificates.get(sign) ?? none).map((indicator) => ({ indicator, sign })));
    }
    if (event.type === 'wire-write') {
      for (const indicator of this.#writes.get(event.target) ?? none) {
        if (indicator.match.kind !== 'write') continue;
        const { server: at, unit, value } = indicator.match.write;
        const fits = (at ?? server) === server && (unit ?? event.unit) === event.unit && (value ?? event.after) === event.after;
        if (fits) hits.push({ indicator, sign: event.target });
      }
    }
    return hits.filter(({ indicator: { from, until } }) => event.time >= from && event.time < until);
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
        addTo(this.#writes, match.write.target, indicator);
    }
  }
}

function addTo<Key>(map: Map<Key, Indicator[]>, key: Key, indicator: Indicator): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [indicator]);
  else known.push(indicator);
}
