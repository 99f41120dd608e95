import type { WireEnds } from '../../src/core/wire.ts';

/** Kinds of findings about traffic. Each device has a channel of each kind; `tap` concerns a device that is a tap, `pace` the volume of a conversation. */
export const kinds = ['client', 'operation', 'write', 'scan', 'fault', 'session', 'tap', 'pace', 'address'] as const;
export type Kind = (typeof kinds)[number];

/** The rule that found it. */
export type Rule =
  | 'client-unlisted'
  | 'client-new'
  | 'server-new'
  | 'port-new'
  | 'unit-new'
  | 'operation-new'
  | 'command-stranger'
  | 'command-forbidden'
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
  | 'tap-blind'
  | 'silent'
  | 'pace-high'
  | 'pace-low'
  | 'address-changed'
  | 'address-twice';

/** One suspicious event with all data of its explanation. A plain object, because it is part of the running state. */
export interface Suspicion {
  readonly kind: Kind;
  readonly rule: Rule;
  /** ≥ 1 is a finding. */
  readonly score: number;
  readonly ends: WireEnds;
  readonly operation?: string | undefined;
  readonly unit?: number | undefined;
  /** Used addresses, and those of normal traffic; `usualHigh` of a silence is the longest normal pause, ms. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly usualLow?: number | undefined;
  readonly usualHigh?: number | undefined;
  readonly target?: string | undefined;
  readonly tag?: number | undefined;
  readonly before?: number | string | undefined;
  readonly after?: number | string | undefined;
  readonly accepted?: boolean | undefined;
  /** Count of the rule; of a silence its duration, ms. */
  readonly count?: number | undefined;
  /** Target of a scan, form of a fault, security of a session, or why a client is a stranger. */
  readonly detail?: string | undefined;
  /** Normal counterpart of the event. */
  readonly usual?: string | undefined;
}

/** Ends of a finding without a conversation: those of a tap. */
export const nobody: WireEnds = { client: '', server: '', port: 0, protocol: 'other' };
