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
  /** Indices of the device's tags in the tag table of the run; a tag's position in this list is its client handle. */
  readonly tags: readonly number[];
  readonly posture: Posture;
  readonly inheritance: Inheritance;
  /** The real time, not plant time: the server's clock is compared with it. */
  readonly wall: Clock;
  /** Warns of certificates that will expire soon. */
  readonly checkCertificates: () => Promise<void>;
}

/** Passes one observation to the consumer; waits until it is taken. */
export type Push = (observation: Observation, signal: AbortSignal) => Promise<void>;
