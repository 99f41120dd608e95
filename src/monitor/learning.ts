import type { LearningStatus, NormalBand } from '../core/monitor.ts';
import type { TagTable } from '../core/tag.ts';
import type { Baseline } from '../detection/baseline/format.ts';
import type { DetectionPlan } from '../detection/plan/plan.ts';
import { watchingText, watchingUnlearned } from './watching.ts';

/** State of learning, with the active detectors until there is a baseline. */
export class LearningBoard {
  readonly #tags: TagTable;
  readonly #plan: DetectionPlan;
  #status: LearningStatus;
  #bands: readonly (NormalBand | undefined)[] = [];

  constructor(tags: TagTable, plan: DetectionPlan) {
    this.#tags = tags;
    this.#plan = plan;
    this.#status = this.#unready('unlearned', 0, 'Normal operation is not known: run `scadawatch calibrate`.');
  }

  learning(progress: number, text: string): void {
    this.#status = this.#unready('learning', progress, sentence(text));
  }

  ready({ calibration, bands }: Baseline): void {
    const { days, text } = calibration.promise;
    this.#bands = this.#tags.tags.map(({ name }) => bands[name]);
    // a baseline of traffic only does not enable detectors that must learn values
    this.#status =
      days > 0
        ? this.#make('ready', 1, `Baseline from ${calibration.source}`, text)
        : this.#unready('unlearned', 0, sentence(text));
  }

  failed(text: string): void {
    this.#status = this.#unready('unlearned', 0, sentence(text));
  }

  status(): LearningStatus {
    return this.#status;
  }

  band(tag: number): NormalBand | undefined {
    return this.#bands[tag];
  }

  #unready(state: LearningStatus['state'], progress: number, text: string): LearningStatus {
    const watching = watchingUnlearned(this.#plan.detectors);
    return { ...this.#make(state, progress, `${text} ${watchingText(watching)}`, ''), watching };
  }

  #make(state: LearningStatus['state'], progress: number, text: string, promise: string): LearningStatus {
    return { state, progress, text, budgetPerDay: this.#plan.budgetPerDay, promise };
  }
}

/** Ends a text that another sentence follows with a full stop. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
