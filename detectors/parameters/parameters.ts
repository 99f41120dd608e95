import type { DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { type Event, type Observation } from '../../src/core/observation.ts';
import { isAsReferenced, isReferable } from '../../src/core/reference.ts';
import type { Tag } from '../../src/core/tag.ts';
import { Columns, isRecord } from '../../src/detector-kit/columns.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import { type Memory, TagDetector } from '../../src/detector-kit/tag-detector.ts';
import { Approved } from './approved.ts';
import { explainDifference } from './explain.ts';

/** Score of a value that is not as approved: a fact without degrees. */
const different = 2;

/** Last value, and the time from which it differs, ms UTC. */
class Values implements Memory {
  readonly state: Columns;
  readonly value: Float64Array;
  readonly since: Float64Array;

  constructor(channels: number) {
    this.state = new Columns(channels);
    this.value = this.state.add('value', 1, Number.NaN);
    this.since = this.state.add('since', 1, Number.NaN);
  }

  advance({ length, channel, value }: Samples): void {
    for (let i = 0; i < length; i++) this.value[channel[i] as number] = value[i] as number;
  }
}

/**
 * Compares set-points and parameters with the reference set of the plant, which reaches it as an event. Each tag with a reference value
 * is judged, no other. A write that a tap saw names who changed it.
 */
export class ParametersDetector extends TagDetector<Values> {
  readonly #approved = new Approved();
  readonly #channelOf = new Map<number, number>();
  readonly #names: ReadonlySet<string>;

  constructor(target: DetectorTarget) {
    super('parameters', target, isReferable, 0, (tags) => new Values(tags.length), false);
    this.channels.forEach(({ tags: [tag] }, channel) => this.#channelOf.set(tag as number, channel));
    this.#names = new Set(this.tags.map(({ name }) => name));
  }

  protected absorb(): void {}

  /** A parameter does not return to its approved value while its device is silent. */
  protected override restart(): void {}

  override score(observation: Observation, report: Report): void {
    if (observation.kind === 'event') this.#event(observation.event, report);
    else super.score(observation, report);
  }

  protected judge({ length, channel, time, value }: Samples, surprise: Float64Array): void {
    for (let i = 0; i < length; i++) surprise[i] = this.#judgeOne(channel[i] as number, value[i] as number, time[i] as number);
  }

  #judgeOne(channel: number, value: number, time: number): number {
    const { since } = this.running;
    const tag = this.tags[channel] as Tag;
    const reference = this.#approved.valueOf(tag.name);
    if (reference === undefined || isAsReferenced(value, reference, tag)) {
      since[channel] = Number.NaN;
      return 0;
    }
    if (Number.isNaN(since[channel])) since[channel] = time;
    return different;
  }

  #event(event: Event, report: Report): void {
    if (event.type === 'wire-write' && event.tag !== undefined) {
      const channel = this.#channelOf.get(event.tag);
      if (channel !== undefined) this.#approved.note((this.tags[channel] as Tag).name, event);
    }
    if (event.type !== 'reference') return;
    this.#approved.use(event, (tag) => this.#names.has(tag));
    if (!Number.isFinite(event.time)) return;
    // a new reference set ends findings at once, also of tags that are read once an hour
    this.running.value.forEach((value, channel) => {
      if (!Number.isNaN(value)) report(channel, event.time, this.#judgeOne(channel, value, event.time));
    });
  }

  explain(channel: number): Explanation {
    const tag = this.tags[channel] as Tag;
    return explainDifference({
      tag,
      value: this.running.value[channel] as number,
      since: this.running.since[channel] as number,
      reference: this.#approved.valueOf(tag.name),
      approval: this.#approved.approval,
      write: this.#approved.writeTo(tag.name),
    });
  }

  override runningState(): unknown {
    return { samples: super.runningState(), approved: this.#approved.save() };
  }

  override restore(snapshot: Parameters<TagDetector<Values>['restore']>[0]): void {
    const running = isRecord(snapshot.running) ? snapshot.running : {};
    super.restore({ ...snapshot, running: running['samples'] });
    this.#approved.load(running['approved']);
  }
}
