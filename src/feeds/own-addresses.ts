import { type AddressRange, addressBits } from './address-range.ts';

interface Own {
  readonly bits: bigint;
  readonly address: string;
}

/** Addresses of the plant's devices, sorted: a look-up costs few steps, whatever their number. */
export class OwnAddresses {
  readonly #sorted: Readonly<Record<4 | 6, readonly Own[]>>;

  /** @param addresses those that are no IP addresses are left out */
  constructor(addresses: readonly string[]) {
    const parsed = addresses.map((address) => ({ address, ...addressBits(address) }));
    const of = (version: 4 | 6): readonly Own[] =>
      parsed
        .flatMap(({ address, version: own, bits }) => (own === version && bits !== undefined ? [{ address, bits }] : []))
        .toSorted((a, b) => (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0));
    this.#sorted = { 4: of(4), 6: of(6) };
  }

  /** An address in the range; undefined if there is none. */
  within({ version, first, prefix }: AddressRange): string | undefined {
    const sorted = this.#sorted[version];
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as Own).bits < first) low = middle + 1;
      else high = middle;
    }
    const found = sorted[low];
    const end = first + (1n << BigInt((version === 4 ? 32 : 128) - prefix));
    return found !== undefined && found.bits < end ? found.address : undefined;
  }
}
