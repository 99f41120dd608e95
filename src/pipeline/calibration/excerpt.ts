import { BatchBuilder } from '../../core/batch.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import type { Survey } from './survey.ts';

/** Samples of a tag, unless told otherwise, from which on an excerpt says as much of what is usual: three and a half days of one each second. */
export const enoughSamples = 300_000;
/** Stretches of an excerpt: several for each part that is held out, and each still hours long. */
const stretches = 24;
/** Share of a stretch after which detectors that judge are over the gap before it. */
const warmUp = 0.1;
/** Steps of the golden ratio never fall into step with days or weeks (Weyl): stretches lie at all hours. */
const golden = (Math.sqrt(5) - 1) / 2;

/** Where a row lies: between two stretches, where one begins, or well within one. */
export type Place = 'between' | 'beginning' | 'within';

/**
 * Long contiguous stretches spread over a running that has more samples of a tag than anybody needs to learn what is usual: one lies somewhere in
 * each of as many equal parts, the last at the end, where the calibration ends and watching goes on. Tags with few samples are taught by all of them, and so are tags with
 * modes and those that tell these: each stay counts.
 */
export class Excerpt {
  /** Of the running. */
  readonly share: number;
  readonly #rowsPerPart: number;
  readonly #length: number;
  /** By tag. */
  readonly #isWhole: Uint8Array;

  private constructor(share: number, rows: number, isWhole: Uint8Array) {
    this.share = share;
    this.#rowsPerPart = rows / stretches;
    this.#length = share * this.#rowsPerPart;
    this.#isWhole = isWhole;
  }

  /** Undefined where no tag has more than `enough` samples: then all of it is wanted. */
  static of({ samples, observations }: Survey, tags: TagTable, enough: number): Excerpt | undefined {
    const most = samples.reduce((max, count) => Math.max(max, count), 0);
    if (most <= enough) return undefined;
    const isWhole = Uint8Array.from(samples, (count) => (count <= enough ? 1 : 0));
    tags.tags.forEach(({ modes }, tag) => {
      if (modes === undefined) return;
      isWhole[tag] = 1;
      const tells = tags.indexOf(modes.tag);
      if (tells !== undefined) isWhole[tells] = 1;
    });
    return new Excerpt(enough / most, observations, isWhole);
  }

  /** @param row number of an observation in the running */
  placeOf(row: number): Place {
    const part = Math.min(stretches - 1, Math.floor(row / this.#rowsPerPart));
    const slack = this.#rowsPerPart - this.#length;
    const before = part === stretches - 1 ? slack : slack * ((part * golden) % 1);
    const at = row - part * this.#rowsPerPart - before;
    if (at < 0 || at >= this.#length) return 'between';
    return at < warmUp * this.#length ? 'beginning' : 'within';
  }

  /** What of an observation between the stretches belongs to the excerpt: the samples of tags that are taught by all of them, and events. */
  between(observation: Observation): Observation | undefined {
    if (observation.kind === 'vector') return undefined;
    if (observation.kind === 'event') return observation.event.type === 'tick' ? undefined : observation;
    const { device, tag, value, quality, sourceTime, receiveTime, length } = observation.batch;
    let count = 0;
    for (let row = 0; row < length; row++) count += this.#isWhole[tag[row] as number] as number;
    if (count === 0 || count === length) return count === 0 ? undefined : observation;
    const builder = new BatchBuilder(device, count);
    for (let row = 0; row < length; row++) {
      if (this.#isWhole[tag[row] as number] !== 1) continue;
      const [source, received] = [sourceTime[row] as number, receiveTime[row] as number];
      builder.add(tag[row] as number, value[row] as number, quality[row] as number, source, received);
    }
    return observeBatch(builder.publish());
  }
}
