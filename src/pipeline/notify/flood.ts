import type { AlertChange } from '../../core/alert.ts';

/** ISA-18.2 speaks of a flood from ten alarms in ten minutes on, and of its end below five (IEC 62682 takes the same figures). */
const windowMs = 600_000;
const begins = 10;
const ends = 5;

/** Whether alerts are raised faster than a person can take them one by one. */
export class Flood {
  #raised: number[] = [];
  #flooding = false;

  /** Takes the changes in order, and says whether the last one belongs to a flood. */
  take({ kind, time }: AlertChange): boolean {
    if (kind === 'raised') this.#raised.push(time);
    this.#raised = this.#raised.filter((at) => at > time - windowMs);
    const count = this.#raised.length;
    this.#flooding = count >= begins || (this.#flooding && count >= ends);
    return this.#flooding;
  }
}
