import type { WireEnds } from '../../src/core/wire.ts';

/** What a finding about traffic can be about; each device has a channel of each, `tap` being for the device that is the tap. */
export const kinds = ['client', 'operation', 'write', 'scan', 'fault', 'session', 'tap'] as const;
export type Kind = (typeof kinds)[number];

/** Which rule found it. */
export type Rule =
  | 'client-unlisted'
  | 'client-new'
  | 'server-new'
  | 'port-new'
  | 'unit-new'
  | 'operation-new'
  | 'window'
  | 'write-stranger'
  | 'write-forbidden'
  | 'write-first'
  | 'write-target'
  | 'scan'
  | 'identity'
  | 'exception'
  | 'malformed'
  | 'unmatched'
  | 'refused'
  | 'flood'
  | 'policy-weaker'
  | 'token-weaker'
  | 'session-new'
  | 'stranger'
  | 'tap-loss'
  | 'tap-blind';

/** One event that should not be, with all that its explanation needs. A plain object: it is part of the running state. */
export interface Suspicion {
  readonly kind: Kind;
  readonly rule: Rule;
  /** ≥ 1 is a finding. */
  readonly score: number;
  readonly ends: WireEnds;
  readonly operation?: string | undefined;
  readonly unit?: number | undefined;
  /** Addresses that were touched, and those that normal traffic touches. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly usualLow?: number | undefined;
  readonly usualHigh?: number | undefined;
  readonly target?: string | undefined;
  readonly tag?: number | undefined;
  readonly before?: number | string | undefined;
  readonly after?: number | string | undefined;
  readonly accepted?: boolean | undefined;
  /** How many, where the rule counts. */
  readonly count?: number | undefined;
  /** What was scanned, how the fault showed, what the session was like. */
  readonly detail?: string | undefined;
  /** What was there instead until now. */
  readonly usual?: string | undefined;
}

/** Where nobody talks: a tap's own troubles. */
export const nobody: WireEnds = { client: '', server: '', port: 0, protocol: 'other' };
