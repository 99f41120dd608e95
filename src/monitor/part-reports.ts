import type { Clock } from '../core/clock.ts';
import { toScadaError } from '../core/errors.ts';
import type { Supervisor } from '../core/supervisor.ts';

/** Reports the state of parts that restart by themselves to the supervisor. A failure counts once it has lasted. */
export class PartReports {
  readonly #supervisor: Supervisor;
  readonly #wall: Clock;
  /** By name of the part: begin of its failure, and if that is reported. */
  readonly #failing = new Map<string, { readonly since: number; reported: boolean }>();

  constructor(supervisor: Supervisor, wall: Clock) {
    this.#supervisor = supervisor;
    this.#wall = wall;
  }

  /**
   * @param error reason why the part does not work; undefined while it does
   * @param patienceMs time for which it may fail without a report
   */
  note(name: string, error: unknown, patienceMs: number): void {
    const part = this.#supervisor.part(name);
    const failing = this.#failing.get(name);
    if (error === undefined) {
      this.#failing.delete(name);
      if (failing?.reported === true) part.recovered();
      return;
    }
    const now = this.#wall.monotonic();
    const entry = failing ?? { since: now, reported: false };
    this.#failing.set(name, entry);
    if (entry.reported || now - entry.since < patienceMs) return;
    entry.reported = true;
    part.failed(toScadaError(error));
  }
}
