import type { Channel, Detector, Frozen } from '../../core/detector.ts';
import type { Batch } from '../../core/batch.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import { DeviceStarts, type StartsSnapshot } from '../feed/starts.ts';

export interface FreezeSnapshot {
  /** Tags that are out of service. */
  readonly held: readonly number[];
  readonly starting: readonly string[];
  readonly starts: StartsSnapshot;
}

/** Subject of a finding. */
export interface Concerned {
  readonly detector: Detector;
  readonly channel: Channel;
  readonly equipment: string;
  readonly device?: string | undefined;
  /** When the finding began, ms UTC. */
  readonly since: number;
}

/** A finding that is a day old is stale (ISA-18.2, 16): it was acted on, or its state is normal now. */
const staleMs = 86_400_000;
/** Least age of a stale finding in scans: a day of a slow tag contains too few samples. */
const staleScans = 64;

/** A channel of a detector that learns while it judges. */
interface Learner {
  readonly detector: Detector;
  readonly channel: number;
  readonly tags: readonly number[];
  /** Open findings of its own detector that concern it, and the number of stale ones. */
  own: number;
  stale: number;
  frozen: Frozen;
}

/**
 * Keeps deviations from being learned by detectors that learn while they judge. A tag is frozen while a finding concerns it
 * (its channel, its equipment or its device, as in calibrations), while it is out of service, and while its device starts.
 * A detector's own finding freezes it until that is stale.
 */
export class LearningFreeze {
  readonly #tags: TagTable;
  readonly #ofEquipment: ReadonlyMap<string, readonly number[]>;
  readonly #ofDevice: ReadonlyMap<string, readonly number[]>;
  /** By tag; absent if there is none. */
  readonly #learnersOf: ReadonlyMap<number, readonly Learner[]>;
  /** Number of this engine's open findings that concern a tag. */
  readonly #found: Uint32Array;
  /** By channel, the open findings of detectors that learn: the channels they freeze, and the time at which they become stale. */
  readonly #own = new Map<Channel, { readonly learners: readonly Learner[]; readonly staleAt: number; isStale: boolean }>();
  #elsewhere: ReadonlySet<number> = new Set();
  #held: ReadonlySet<number> = new Set();
  readonly #starting = new Set<string>();
  readonly #starts: DeviceStarts;
  readonly #isNeeded: boolean;

  constructor(tags: TagTable, detectors: readonly Detector[]) {
    this.#tags = tags;
    const all = tags.tags.map((_, tag) => tag);
    this.#ofEquipment = Map.groupBy(
      all.filter((tag) => tags.at(tag).equipment !== ''),
      (tag) => tags.at(tag).equipment,
    );
    this.#ofDevice = Map.groupBy(all, (tag) => tags.at(tag).device);
    const learners = detectors
      .filter((detector) => detector.freeze !== undefined)
      .flatMap((detector) =>
        detector.channels.map(
          (channel, index): Learner => ({ detector, channel: index, tags: channel.tags, own: 0, stale: 0, frozen: 'no' }),
        ),
      );
    const learnersOf = new Map<number, Learner[]>();
    for (const learner of learners)
      for (const tag of learner.tags) learnersOf.set(tag, [...(learnersOf.get(tag) ?? []), learner]);
    this.#learnersOf = learnersOf;
    this.#found = new Uint32Array(tags.size);
    this.#starts = new DeviceStarts(tags);
    this.#isNeeded = learners.length > 0;
  }

  /** Before an observation is judged. */
  observe(observation: Observation): void {
    if (!this.#isNeeded) return;
    if (observation.kind === 'event' && observation.event.type === 'maintenance') this.#hold(new Set(observation.event.tags));
    if (observation.kind !== 'batch') return;
    if (this.#own.size > 0) this.#expire(observation.batch);
    const { device } = observation.batch;
    if (this.#starts.isStarting(observation.batch) === this.#starting.has(device)) return;
    if (!this.#starting.delete(device)) this.#starting.add(device);
    this.#refresh(this.#ofDevice.get(device) ?? []);
  }

  begin(concerned: Concerned): void {
    const tags = this.#concernedBy(concerned);
    for (const tag of tags) this.#found[tag] = (this.#found[tag] as number) + 1;
    const learners = tags
      .flatMap((tag) => this.#learnersOf.get(tag) ?? [])
      .filter(({ detector }) => detector === concerned.detector);
    if (learners.length > 0) {
      for (const learner of learners) learner.own++;
      const scanMs = Math.max(...concerned.channel.tags.map((tag) => this.#tags.at(tag).scanMs));
      const staleAt = concerned.since + Math.max(staleMs, staleScans * scanMs);
      this.#own.set(concerned.channel, { learners, staleAt, isStale: false });
    }
    this.#refresh(tags);
  }

  end(concerned: Concerned): void {
    const tags = this.#concernedBy(concerned);
    for (const tag of tags) this.#found[tag] = (this.#found[tag] as number) - 1;
    const { learners, isStale } = this.#own.get(concerned.channel) ?? { learners: [], isStale: false };
    this.#own.delete(concerned.channel);
    for (const learner of learners) {
      learner.own--;
      if (isStale) learner.stale--;
    }
    this.#refresh(tags);
  }

  /** Tags that findings of another engine of the same plant concern. */
  elsewhere(tags: ReadonlySet<number>): void {
    const before = this.#elsewhere;
    this.#elsewhere = tags;
    this.#refresh([...before, ...tags]);
  }

  /** Tags that open findings concern. */
  concerned(): readonly number[] {
    return [...this.#found.keys()].filter((tag) => (this.#found[tag] as number) > 0);
  }

  snapshot(): FreezeSnapshot {
    return { held: [...this.#held], starting: [...this.#starting], starts: this.#starts.snapshot() };
  }

  /** @param open subjects of the open findings */
  restore({ held, starting, starts }: FreezeSnapshot, open: readonly Concerned[]): void {
    this.#held = new Set(held);
    this.#starting.clear();
    for (const device of starting) this.#starting.add(device);
    this.#starts.restore(starts);
    this.#found.fill(0);
    this.#own.clear();
    for (const learner of [...this.#learnersOf.values()].flat()) learner.own = learner.stale = 0;
    for (const concerned of open) this.begin(concerned);
    this.#refresh([...this.#found.keys()]);
  }

  #hold(tags: ReadonlySet<number>): void {
    const before = this.#held;
    this.#held = tags;
    this.#refresh([...before, ...tags]);
  }

  #concernedBy({ channel, equipment, device }: Concerned): readonly number[] {
    const [beside = [], behind = []] = [this.#ofEquipment.get(equipment), this.#ofDevice.get(device ?? '')];
    return [...new Set([...channel.tags, ...beside, ...behind])];
  }

  /** Releases channels that only stale findings of the detector itself froze. */
  #expire({ length, receiveTime }: Batch): void {
    const time = receiveTime[length - 1] ?? Number.NaN;
    for (const finding of this.#own.values()) {
      if (finding.isStale || !(time >= finding.staleAt)) continue;
      finding.isStale = true;
      for (const learner of finding.learners) learner.stale++;
      this.#refresh(finding.learners.flatMap(({ tags }) => tags));
    }
  }

  #refresh(tags: readonly number[]): void {
    for (const tag of tags)
      for (const learner of this.#learnersOf.get(tag) ?? []) {
        const frozen = this.#stateOf(learner);
        if (frozen === learner.frozen) continue;
        learner.frozen = frozen;
        learner.detector.freeze?.(learner.channel, frozen);
      }
  }

  #stateOf({ tags, own, stale }: Learner): Frozen {
    const found = tags.reduce((sum, tag) => sum + (this.#found[tag] as number), 0);
    if (found > own || tags.some((tag) => this.#isOut(tag))) return 'yes';
    return own > stale ? 'own' : 'no';
  }

  #isOut(tag: number): boolean {
    if (this.#held.has(tag) || this.#elsewhere.has(tag)) return true;
    return this.#starting.size > 0 && this.#starting.has(this.#tags.at(tag).device);
  }
}
