import type { Batch } from '../core/batch.ts';
import { Intake } from './intake.ts';
import { type ModePlan, ModeWatch } from './modes.ts';
import type { SampleColumns } from './samples.ts';
import type { TagChannels } from './tag-channels.ts';

/** Collects the counted samples of a detector's channels from one stream of batches, with the gaps and modes of that stream. */
export class Collector {
  readonly samples: SampleColumns;
  readonly intake: Intake;
  readonly modes: ModeWatch;
  /** True if some tag has modes. */
  readonly hasModes: boolean;
  readonly #channels: TagChannels;
  readonly #plan: ModePlan;

  /** @param samples receives what is collected; several collectors may share it in turn */
  constructor(channels: TagChannels, samples: SampleColumns) {
    this.samples = samples;
    this.#channels = channels;
    this.#plan = channels.modes;
    this.hasModes = channels.modes.sources.length > 0;
    this.intake = new Intake(channels.tags.map((tag) => tag.scanMs));
    this.modes = new ModeWatch(channels.modes);
  }

  /** Call before the samples of a batch are collected. */
  begin(batch: Batch): void {
    if (this.hasModes) this.modes.take(batch);
  }

  /** True if the tag of a row has modes. */
  isByMode(batch: Batch, row: number): boolean {
    return (this.#plan.sourceOf[batch.tag[row] as number] ?? -1) >= 0;
  }

  /**
   * Collects the counted samples of some rows, without equipment that is between modes, up to the second one of a tag.
   * @returns the row to continue with
   */
  collect(batch: Batch, from: number, to: number): number {
    const { samples } = this;
    if (!this.hasModes) {
      samples.begin(to - from);
      return this.intake.collect(batch, from, to, this.#channels.firstOf, samples);
    }
    // a sample of a tag with modes counts in its mode and in all modes together
    samples.begin(2 * (to - from));
    return this.#collectByMode(batch, from, to);
  }

  #collectByMode(batch: Batch, from: number, to: number): number {
    const { samples, intake, modes } = this;
    for (let row = from; row < to; row++) {
      const tag = batch.tag[row] as number;
      const first = this.#channels.firstOf[tag] ?? -1;
      if (first < 0) continue;
      if (samples.meets(tag)) return row;
      if ((this.#plan.sourceOf[tag] as number) < 0) {
        if (intake.admit(first, batch, row)) samples.add(first, intake.time, intake.value, intake.gap);
      } else if (modes.release(batch, row)) {
        const place = modes.placeOf(tag, modes.time);
        const together = this.#channels.togetherOf(tag);
        for (const channel of place < 0 ? [together] : [first + place, together])
          if (intake.take(channel, modes.time, modes.value)) samples.add(channel, intake.time, intake.value, intake.gap);
      }
    }
    return to;
  }

  clear(): void {
    this.intake.state.clear();
    this.modes.clear();
  }
}
