import { Lru } from '../core/lru.ts';
import type { LatestValues } from '../core/monitor.ts';
import type { Observation } from '../core/observation.ts';
import { isUsable } from '../core/quality.ts';
import type { Tag, TagTable } from '../core/tag.ts';
import type { TagReading, WireReadingsEvent } from '../core/wire.ts';

/** Interval at which a reading passes although it equals the monitor's value, ms of stream time. */
const confirmEveryMs = 60_000;
/** Share of the engineering range by which equal values may differ. */
const bandShare = 0.005;
const mostKept = 100_000;

interface Passed {
  /** Stream time, ms UTC. */
  readonly time: number;
  readonly differed: boolean;
}

/**
 * Passes those readings of other clients that matter: one that differs from the monitor's last value of the tag, the next one after
 * it, and one in a minute. A recording of all readings would be as large as the historian. Readings of the monitor's own traffic
 * are omitted.
 */
export class ReadingScreen {
  readonly #tags: TagTable;
  readonly #latest: LatestValues;
  readonly #own: ReadonlySet<string>;
  readonly #passed = new Lru<string, Passed>(mostKept);

  /** @param own addresses of the monitor's machine */
  constructor(tags: TagTable, latest: LatestValues, own: Iterable<string>) {
    this.#tags = tags;
    this.#latest = latest;
    this.#own = new Set(own);
  }

  /** The observation with the readings that pass; undefined if none does. Other observations pass unchanged. */
  screen(observation: Observation): Observation | undefined {
    if (observation.kind !== 'event' || observation.event.type !== 'wire-readings') return observation;
    const { event } = observation;
    if (this.#own.has(event.ends.client)) return undefined;
    const readings = event.readings.filter((reading) => this.#passes(reading, event));
    return readings.length === 0 ? undefined : { kind: 'event', event: { ...event, readings } };
  }

  #passes({ tag, value }: TagReading, { ends, time }: WireReadingsEvent): boolean {
    const key = `${ends.client} ${ends.server} ${ends.port} ${tag}`;
    const before = this.#passed.get(key);
    const differed = this.#differs(tag, value);
    if (!differed && before?.differed === false && Math.abs(time - before.time) < confirmEveryMs) return false;
    this.#passed.set(key, { time, differed });
    return true;
  }

  /** False while the monitor has no value. */
  #differs(tag: number, value: number): boolean {
    const { value: values, quality } = this.#latest;
    const own = values[tag];
    if (own === undefined || Number.isNaN(own) || !isUsable(quality[tag] as number)) return false;
    return Math.abs(value - own) > bandOf(this.#tags.at(tag));
  }
}

function bandOf({ kind, range, decimals }: Tag): number {
  if (kind === 'discrete') return 0;
  return Math.max(10 ** -decimals, range === undefined ? 0 : bandShare * (range.high - range.low));
}
