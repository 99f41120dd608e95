import { Lru } from '../../src/core/lru.ts';
import type { TagTable } from '../../src/core/tag.ts';
import type { WireEnds } from '../../src/core/wire.ts';

/** Shortest interval between two readings of a tag for one client, ms. */
const leastMs = 1_000;
/** A client polls somewhat irregularly: a reading after this share of the period is not too early. */
const early = 0.8;
/** Most kept times, eight bytes each. */
const mostTimes = 1_000_000;
const mostClients = 128;

/** Limits readings to one for each client, server and tag in the tag's scan period. Forgets the clients that were not used for longest. */
export class ReadingPace {
  readonly #periodMs: Float64Array;
  readonly #last: Lru<string, Float64Array>;

  constructor(tags: TagTable) {
    this.#periodMs = Float64Array.from(tags.tags, ({ scanMs }) => early * Math.max(leastMs, scanMs));
    this.#last = new Lru(Math.max(2, Math.min(mostClients, Math.floor(mostTimes / Math.max(1, tags.size)))));
  }

  /** For one response: decides for each of its tags if its value is to be reported. @param time ms UTC */
  of({ client, server, port }: WireEnds, time: number): (tag: number) => boolean {
    const last = this.#last.obtain(`${client} ${server} ${port}`, () =>
      new Float64Array(this.#periodMs.length).fill(Number.NEGATIVE_INFINITY),
    );
    return (tag) => {
      if (time - (last[tag] as number) < (this.#periodMs[tag] as number)) return false;
      last[tag] = time;
      return true;
    };
  }
}
