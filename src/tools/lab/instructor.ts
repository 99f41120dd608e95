import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { type InstructorEntry, type InstructorRecord, type LabControl, mostHints, mostNotes } from '../../core/lab.ts';
import type { LabResults } from './results.ts';

/** Hints and notes of one exercise at a time. A result takes them over at the end of its scenario. */
export class InstructorLog implements InstructorRecord {
  readonly #lab: Pick<LabControl, 'status'>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #results: Pick<LabResults, 'last' | 'keepNotes'>;
  /** Start of the scenario that the entries belong to, ms of plant time. */
  #startedAt: number | undefined;
  #hints: readonly InstructorEntry[];
  #notes: readonly InstructorEntry[];

  constructor(
    lab: Pick<LabControl, 'status' | 'onChange'>,
    clock: Pick<Clock, 'now'>,
    results: Pick<LabResults, 'last' | 'keepNotes'>,
  ) {
    this.#lab = lab;
    this.#clock = clock;
    this.#results = results;
    this.#startedAt = results.last?.startedAt;
    this.#hints = results.last?.hints ?? [];
    this.#notes = results.last?.notes ?? [];
    // a scenario without an entry must not keep those of the one before
    lab.onChange(() => void this.#follow());
  }

  get hints(): readonly InstructorEntry[] {
    this.#follow();
    return this.#hints;
  }

  get notes(): readonly InstructorEntry[] {
    this.#follow();
    return this.#notes;
  }

  hint(text: string): InstructorEntry {
    if (!this.#follow()) throw refused('no scenario is running', 'start one: a hint belongs to a scenario');
    const hint = this.#entry('HINT', this.#hints, text, mostHints);
    this.#hints = [...this.#hints, hint];
    return hint;
  }

  note(text: string): InstructorEntry {
    const isRunning = this.#follow();
    if (this.#startedAt === undefined) throw refused('no scenario has run yet', 'start one: a note belongs to a scenario');
    const note = this.#entry('NOTE', this.#notes, text, mostNotes);
    this.#notes = [...this.#notes, note];
    if (!isRunning) this.#results.keepNotes(this.#notes);
    return note;
  }

  /** Begins anew with each scenario. @returns true if one runs */
  #follow(): boolean {
    const { running } = this.#lab.status();
    if (running !== undefined && running.startedAt !== this.#startedAt) {
      this.#startedAt = running.startedAt;
      this.#hints = [];
      this.#notes = [];
    }
    return running !== undefined;
  }

  #entry(kind: 'HINT' | 'NOTE', present: readonly InstructorEntry[], text: string, most: number): InstructorEntry {
    if (present.length >= most) throw refused(`this exercise has ${most} of them already`, 'tell the participants yourself');
    return { id: `${kind}-${present.length + 1}`, time: this.#clock.now(), text };
  }
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'LAB_REFUSED', message, { hint });
