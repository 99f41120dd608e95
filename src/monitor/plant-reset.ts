import type { LabControl } from '../core/lab.ts';
import type { Observation } from '../core/observation.ts';
import { labWith } from './lab-control.ts';

/**
 * Holds values back from the detectors while a simulated plant is replaced by another state of it. A jump of all values at once is no
 * process, and no detector may judge it. Events pass.
 */
export class ValueGate {
  #closed = 0;

  /** The source without the values that arrive while the gate is closed. */
  passing(source: AsyncIterator<Observation, void>): AsyncIterator<Observation, void> {
    return {
      next: async () => {
        for (;;) {
          const result = await source.next();
          if (result.done === true || this.#closed === 0 || result.value.kind !== 'batch') return result;
        }
      },
    };
  }

  async closedDuring(work: () => Promise<void>): Promise<void> {
    this.#closed++;
    try {
      await work();
    } finally {
      this.#closed--;
    }
  }
}

/** The control of a lab with a reset that the monitor treats like a restart of the plant. */
export const withRestart = (lab: LabControl, restartAfter: (reset: () => Promise<void>) => Promise<void>): LabControl =>
  labWith(lab, { reset: async () => await restartAfter(async () => await lab.reset()) });
