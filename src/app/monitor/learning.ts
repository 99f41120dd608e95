import type { LearningStatus, NormalBand } from '../../core/monitor.ts';
import type { TagTable } from '../../core/tag.ts';
import type { Baseline } from '../detection/messages.ts';

/** What is known of normal running, and how far learning it has come. */
export class LearningBoard {
  readonly #tags: TagTable;
  readonly #budgetPerDay: number;
  #status: LearningStatus;
  #bands: readonly (NormalBand | undefined)[] = [];

  constructor(tags: TagTable, budgetPerDay: number) {
    this.#tags = tags;
    this.#budgetPerDay = budgetPerDay;
    this.#status = this.#make(
      'unlearned',
      0,
      'Normal running is not known: run `scadawatch calibrate`. Stated limits are watched.',
      '',
    );
  }

  learning(progress: number, text: string): void {
    this.#status = this.#make('learning', progress, text, '');
  }

  ready({ calibration, bands }: Baseline): void {
    this.#bands = this.#tags.tags.map(({ name }) => bands[name]);
    this.#status = this.#make('ready', 1, `Baseline from ${calibration.source}`, calibration.promise.text);
  }

  failed(text: string): void {
    this.#status = this.#make('unlearned', 0, text, '');
  }

  status(): LearningStatus {
    return this.#status;
  }

  band(tag: number): NormalBand | undefined {
    return this.#bands[tag];
  }

  #make(state: LearningStatus['state'], progress: number, text: string, promise: string): LearningStatus {
    return { state, progress, text, budgetPerDay: this.#budgetPerDay, promise };
  }
}
