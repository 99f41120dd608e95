import { BatchBuilder } from '../../core/batch.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import type { Survey } from './survey.ts';

/** Default number of samples of a tag from which an excerpt contains the usual behaviour: three and a half days of one each second. */
export const enoughSamples = 300_000;
/** Stretches of an excerpt: several for each part that is held out, and each still hours long. */
const stretches = 24;
/** Share of a stretch after which judging detectors have recovered from the gap before it. */
const warmUp = 0.1;
/** Steps of the golden ratio never coincide with days or weeks (Weyl): stretches lie at all hours. */
const golden = (Math.sqrt(5) - 1) / 2;

/** Position of a row: between two stretches, at the beginning of one, or well within one. */
export type Place = 'between' | 'beginning' | 'within';

/**
 * Long contiguous stretches of data with more samples of a tag than are needed to learn usual behaviour. Equal parts contain one
 * stretch each; the last is at the end, where live detection continues. For tags with few samples, tags with modes and tags that
 * define modes, all samples are learned, because each stay counts.
 */
export class Excerpt {
  /** Fraction of the data in the excerpt. */
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

  /** Undefined if no tag has more than `enough` samples: then all data are used. */
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

  /** @param row number of an observation in the data */
  placeOf(row: number): Place {
    const part = Math.min(stretches - 1, Math.floor(row / this.#rowsPerPart));
    const slack = this.#rowsPerPart - this.#length;
    const before = part === stretches - 1 ? slack : slack * ((part * golden) % 1);
    const at = row - part * this.#rowsPerPart - before;
    if (at < 0 || at >= this.#length) return 'between';
    return at < warmUp * this.#length ? 'beginning' : 'within';
  }

  /** The part of an observation between the stretches that belongs to the excerpt: samples of tags that are learned in full, and events. */
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
