import type { Clock } from '../../src/core/clock.ts';
import type { CollectorTarget } from '../../src/core/collector.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { Link, LinkParts } from './link/link.ts';
import type { Inheritance } from './link/transfer.ts';
import type { Posture } from './posture/posture.ts';
import type { ServerFacts } from './requests/facts.ts';
import type { ServerLimits } from './requests/limits.ts';
import type { SampleHold } from './values/hold.ts';

/** State that the tasks of one session share. */
export interface SessionParts extends LinkParts {
  readonly target: CollectorTarget;
  readonly link: Link;
  readonly facts: ServerFacts;
  readonly limits: ServerLimits;
  readonly hold: SampleHold;
  /** Indices of the device's tags in the run's table; a tag's position in it is its client handle. */
  readonly tags: readonly number[];
  readonly posture: Posture;
  readonly inheritance: Inheritance;
  /** The real time, whatever time the plant has: what a server's clock is compared with. */
  readonly wall: Clock;
  /** Warns of certificates that near their end. */
  readonly checkCertificates: () => Promise<void>;
}

/** Hands one observation to the consumer; waits while it does not take it. */
export type Push = (observation: Observation, signal: AbortSignal) => Promise<void>;
