import type { Clock } from '../core/clock.ts';
import { toScadaError } from '../core/errors.ts';
import type { Supervisor } from '../core/supervisor.ts';

/** Reports to the supervisor how parts are that restart by themselves: a failure counts once it has lasted. */
export class PartReports {
  readonly #supervisor: Supervisor;
  readonly #wall: Clock;
  /** By name of the part: since when it fails, and whether that is reported. */
  readonly #failing = new Map<string, { readonly since: number; reported: boolean }>();

  constructor(supervisor: Supervisor, wall: Clock) {
    this.#supervisor = supervisor;
    this.#wall = wall;
  }

  /**
   * @param error why the part does not work now; undefined while it does
   * @param patienceMs how long it may fail before that is reported
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
