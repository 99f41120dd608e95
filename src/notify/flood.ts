import type { AlertChange } from '../core/alert.ts';

/** ISA-18.2: a flood starts at ten alarms in ten minutes, and ends below five (IEC 62682 has the same figures). */
const windowMs = 600_000;
const begins = 10;
const ends = 5;

/** Detects when alerts are raised faster than a person can handle them. */
export class Flood {
  #raised: number[] = [];
  #flooding = false;

  /** Processes the changes in order. @returns true if the last one belongs to a flood */
  take({ kind, time }: AlertChange): boolean {
    if (kind === 'raised') this.#raised.push(time);
    // no more than these decide
    this.#raised = this.#raised.slice(-begins).filter((at) => at > time - windowMs);
    const count = this.#raised.length;
    this.#flooding = count >= begins || (this.#flooding && count >= ends);
    return this.#flooding;
  }
}
