import { escape } from '@influxdata/influxdb-client';
import type { Batch } from '../../core/batch.ts';
import { ScadaError } from '../../core/errors.ts';
import type { TagTable } from '../../core/tag.ts';

/** First instant of the year 2200. Later times do not fit InfluxDB's nanoseconds. */
const latest = Date.UTC(2200, 0, 1);
const isTime = (time: number): boolean => time >= 0 && time < latest;

/**
 * Builds line protocol for samples, with the tags `device` and `tag`. Field `v` is the value (float), `q` the quality (integer).
 * `r` is receive time minus source time in whole ms (float, omitted if 0). `s` is the text, if the dialect has texts. A value
 * that is not finite is omitted and its quality kept, because InfluxDB has no NaN.
 */
export class LineBuilder {
  readonly #prefixes: readonly string[];
  readonly #texts: boolean;

  /** @param texts true if the store keeps strings */
  constructor(measurement: string, tags: TagTable, texts: boolean) {
    const name = escape.measurement(measurement);
    this.#prefixes = tags.tags.map((tag) => `${name},device=${escape.tag(tag.device)},tag=${escape.tag(tag.name)} `);
    this.#texts = texts;
  }

  /** A line per sample. @throws ScadaError STORE_REJECTED for an unknown tag, or a sample without a time */
  build(batch: Batch): string[] {
    const lines: string[] = [];
    for (let row = 0; row < batch.length; row++) {
      const prefix = this.#prefixes[batch.tag[row] as number];
      const source = batch.sourceTime[row] as number;
      const time = Math.round(isTime(source) ? source : (batch.receiveTime[row] as number));
      if (prefix === undefined || !isTime(time)) {
        throw new ScadaError('fatal', 'STORE_REJECTED', `row ${row} of a batch of ${batch.device} has no known tag or no time`);
      }
      const value = batch.value[row] as number;
      const text = this.#texts ? batch.texts.get(row) : undefined;
      const v = Number.isFinite(value) ? `v=${value},` : '';
      const s = text === undefined ? '' : `,s=${escape.quoted(text)}`;
      // whole ms compress well, and most delays are small
      const delay = Math.round((batch.receiveTime[row] as number) - time);
      const r = delay === 0 || !Number.isFinite(delay) ? '' : `,r=${delay}`;
      lines.push(`${prefix}${v}q=${batch.quality[row] as number}i${s}${r} ${time}`);
    }
    return lines;
  }
}
