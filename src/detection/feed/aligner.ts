import type { Batch } from '../../core/batch.ts';
import type { DetectorGroup } from '../../core/detector.ts';
import type { DeviceState, Vector } from '../../core/observation.ts';
import { isBad, isUsable } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import { type ModePlan, ModeWatch, planModes } from '../../detector-kit/modes.ts';

export interface AlignerSettings {
  /** A device without data for this many scan periods of a tag masks the tag. */
  readonly staleAfter: number;
}

export interface AlignerSnapshot {
  readonly value: Float64Array;
  readonly bad: Uint8Array;
  readonly receivedAt: Float64Array;
  readonly heardAt: Float64Array;
  readonly down: Uint8Array;
  readonly due: Float64Array;
  /** Absent if no tag of a group has modes. */
  readonly modes?: unknown;
}

/**
 * Builds vectors from batches: the last good value of each tag of a group at one instant. A tag is masked if its last sample was
 * bad or missing, or if its *device* is down or has sent nothing for too long. A subscription reports only changes, so missing
 * samples of a single tag are no evidence. A measurement is also masked while its equipment starts or changes its mode: it is
 * neither learned nor judged. Vectors with all tags masked are not emitted. Time comes from the observations.
 */
export class Aligner {
  readonly #groups: readonly DetectorGroup[];
  readonly #device: Uint32Array;
  readonly #devices = new Map<string, number>();
  readonly #patience: Float64Array;
  readonly #plan: ModePlan;
  readonly #modes: ModeWatch;
  #value: Float64Array;
  #bad: Uint8Array;
  #receivedAt: Float64Array;
  #heardAt: Float64Array;
  #down: Uint8Array;
  /** Next instant at which each group is due; NaN before the first observation. */
  #due: Float64Array;

  constructor(tags: TagTable, groups: readonly DetectorGroup[], settings: AlignerSettings) {
    this.#groups = groups;
    this.#device = Uint32Array.from(tags.tags, (tag) => this.#deviceIndex(tag.device));
    this.#patience = Float64Array.from(tags.tags, (tag) => tag.scanMs * settings.staleAfter);
    this.#plan = planModes(tags, [...new Set(groups.flatMap((group) => group.tags))]);
    this.#modes = new ModeWatch(this.#plan);
    this.#value = new Float64Array(tags.size).fill(Number.NaN);
    this.#bad = new Uint8Array(tags.size).fill(1);
    this.#receivedAt = new Float64Array(tags.size).fill(Number.NaN);
    this.#heardAt = new Float64Array(this.#devices.size).fill(Number.NaN);
    this.#down = new Uint8Array(this.#devices.size);
    this.#due = new Float64Array(groups.length).fill(Number.NaN);
  }

  /** Earliest instant at which a vector is due, ms UTC; NaN before the first observation, infinite without groups. */
  get due(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const due of this.#due) if (!(due >= earliest)) earliest = due;
    return earliest;
  }

  /** Processes the samples of a batch that arrived at `time`. */
  absorb(batch: Batch, time: number): void {
    this.#anchor(time);
    this.#modes.take(batch);
    const device = this.#devices.get(batch.device);
    let hasData = false;
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const quality = batch.quality[row] as number;
      const value = batch.value[row] as number;
      if (isUsable(quality) && Number.isFinite(value)) {
        this.#value[tag] = value;
        this.#bad[tag] = 0;
        this.#receivedAt[tag] = time;
        hasData = true;
      } else if (isBad(quality) || isUsable(quality)) this.#bad[tag] = 1;
    }
    if (hasData && device !== undefined) this.#heardAt[device] = time;
  }

  /** Processes a change of a device's connection. */
  setState(device: string, state: DeviceState): void {
    const index = this.#devices.get(device);
    if (index !== undefined) this.#down[index] = state === 'down' || state === 'silent' ? 1 : 0;
  }

  /** Emits the vectors that are due at `time`, ms UTC. Must be called in time order, after all observations received by then. */
  emitDue(time: number, take: (vector: Vector) => void): void {
    for (let index = 0; index < this.#groups.length; index++) {
      const group = this.#groups[index] as DetectorGroup;
      if (!((this.#due[index] as number) <= time)) continue;
      this.#due[index] = afterOnGrid(this.#due[index] as number, group.periodMs, time);
      this.#emit(group, time, take);
    }
  }

  /** Emits a vector of every group, whether due or not. */
  emitAll(time: number, take: (vector: Vector) => void): void {
    for (const group of this.#groups) this.#emit(group, time, take);
  }

  /** Skips the vectors that were due up to `time`. */
  skip(time: number): void {
    this.#groups.forEach(({ periodMs }, index) => {
      const due = this.#due[index] as number;
      if (due <= time) this.#due[index] = afterOnGrid(due, periodMs, time);
    });
  }

  snapshot(): AlignerSnapshot {
    return structuredClone({
      value: this.#value,
      bad: this.#bad,
      receivedAt: this.#receivedAt,
      heardAt: this.#heardAt,
      down: this.#down,
      due: this.#due,
      ...(this.#plan.sources.length === 0 ? {} : { modes: this.#modes.state.save() }),
    });
  }

  restore(snapshot: AlignerSnapshot): void {
    const copy = structuredClone(snapshot);
    this.#value = copy.value;
    this.#bad = copy.bad;
    this.#receivedAt = copy.receivedAt;
    this.#heardAt = copy.heardAt;
    this.#down = copy.down;
    this.#due = copy.due;
    if (this.#plan.sources.length > 0) this.#modes.state.load(copy.modes);
  }

  #anchor(time: number): void {
    if (this.#due.length > 0 && Number.isNaN(this.#due[0])) this.#due.fill(time);
  }

  #emit(group: DetectorGroup, time: number, take: (vector: Vector) => void): void {
    const vector = this.#vector(group, time);
    if (vector.mask.includes(0)) take(vector);
  }

  #vector(group: DetectorGroup, time: number): Vector {
    const value = new Float64Array(group.tags.length);
    const age = new Float64Array(group.tags.length);
    const mask = new Uint8Array(group.tags.length);
    for (let i = 0; i < group.tags.length; i++) {
      const tag = group.tags[i] as number;
      const device = this.#device[tag] as number;
      const usable =
        this.#bad[tag] === 0 &&
        this.#down[device] === 0 &&
        ((this.#plan.sourceOf[tag] as number) < 0 || this.#modes.placeOf(tag, time) >= 0) &&
        time - (this.#heardAt[device] as number) <= (this.#patience[tag] as number);
      age[i] = time - (this.#receivedAt[tag] as number);
      value[i] = usable ? (this.#value[tag] as number) : Number.NaN;
      mask[i] = usable ? 0 : 1;
    }
    return { group: group.name, time, value, age, mask };
  }

  #deviceIndex(device: string): number {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    this.#devices.set(device, this.#devices.size);
    return this.#devices.size - 1;
  }
}

/** The first instant after `time` on the grid of `period` through `due`. */
function afterOnGrid(due: number, period: number, time: number): number {
  return due + period * (Math.floor((time - due) / period) + 1);
}
