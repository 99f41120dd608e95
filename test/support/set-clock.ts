import { VirtualClock } from '../../src/core/clock.ts';

/** A virtual clock whose wall time a test sets. Monotonic time runs on. */
export class SetClock extends VirtualClock {
  offsetMs = 0;

  override now(): number {
    return super.now() + this.offsetMs;
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.set(super.now() + ms);
  }
}
