/** A damaged part of the data directory, as an alarm reports it. */
export interface Damage {
  /** Title of the alarm, at most 48 characters; `Damaged: NAME` where absent. */
  readonly title?: string;
  /** Path of the file or folder, or the name of a record. */
  readonly file: string;
  /** The damage, as the end of a sentence: `is empty`, `is not a database`. */
  readonly reason: string;
  /** The loss, in one sentence. */
  readonly lost: string;
  /** New path of the damaged file; undefined if it was not moved. */
  readonly movedTo?: string | undefined;
  /** Action for a person, in one sentence. */
  readonly action: string;
}

/** Most damages that are kept to report each only once. */
const mostKept = 100;

/**
 * Passes damages from the stores, which detect them, to the alarms. Damages detected before the first subscription are kept for
 * it.
 */
export class DamageReports {
  readonly #kept: Damage[] = [];
  readonly #listeners = new Set<(damage: Damage) => void>();
  readonly #shown: (damage: Damage) => Damage;

  /** @param shown transforms each damage before it is reported */
  constructor(shown: (damage: Damage) => Damage = (damage) => damage) {
    this.#shown = shown;
  }

  report(found: Damage): void {
    const damage = this.#shown(found);
    if (this.#kept.length < mostKept) this.#kept.push(damage);
    for (const listener of this.#listeners) listener(damage);
  }

  /** Calls the listener with every damage, beginning with past ones. */
  subscribe(listener: (damage: Damage) => void): void {
    this.#listeners.add(listener);
    for (const damage of this.#kept) listener(damage);
  }
}
