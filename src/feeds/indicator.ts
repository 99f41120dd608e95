import type { AddressRange } from './address-range.ts';

/** A write to a register, a coil or a node. Absent properties match any. */
export interface WritePattern {
  /** As events of taps name it: `holding 12`, `coil 3`, or a NodeId. */
  readonly target: string;
  /** Address of the server. */
  readonly server?: string | undefined;
  readonly unit?: number | undefined;
  readonly value?: number | undefined;
}

/** Text that two patterns have in common only if they match the same writes. */
export const writeKey = ({ target, server, unit, value }: Omit<WritePattern, 'value'> & { readonly value?: unknown }): string =>
  JSON.stringify([target, server ?? null, unit ?? null, value ?? null]);

/** Sign of an attack that can be observed on the network. */
export type Match =
  | { readonly kind: 'address'; readonly range: AddressRange }
  /** SHA-1 of a certificate, hexadecimal. */
  | { readonly kind: 'certificate'; readonly thumbprint: string }
  | { readonly kind: 'write'; readonly write: WritePattern };

/** An indicator of a feed. Times in ms UTC. */
export interface Indicator {
  /** Id in the feed. */
  readonly id: string;
  readonly feed: string;
  readonly name: string;
  readonly match: Match;
  /** Time at which the feed stated it. */
  readonly statedAt: number;
  readonly from: number;
  /** End of its validity, exclusive. */
  readonly until: number;
}
