import type { BatchBuilder } from '../../src/core/batch.ts';
import { isBad, Quality } from '../../src/core/quality.ts';
import type { Block } from './planner.ts';
import type { Point } from './points.ts';

/** Adds the samples of an answered block; returns true if one of them is usable. */
export function addValues(
  batch: BatchBuilder,
  block: Block<Point>,
  bytes: Buffer,
  sourceTime: number,
  receiveTime: number,
): boolean {
  let usable = false;
  for (const point of block.spans) {
    const at = point.start - block.start;
    const text = point.decoder.text?.(bytes, at);
    const value =
      point.dictionary !== undefined && text !== undefined ? point.dictionary.codeOf(text) : point.decoder.value(bytes, at);
    const quality = judge(point, value);
    point.misses = 0;
    if (isBad(quality)) {
      point.lastValue = Number.NaN;
      batch.add(point.tag, Number.NaN, quality, sourceTime, receiveTime);
      continue;
    }
    usable = true;
    point.lastValue = value;
    point.lastText = text;
    addSample(batch, point, quality, sourceTime, receiveTime);
  }
  return usable;
}

/** Adds a sample without a value for every tag of a block. */
export function addBad(batch: BatchBuilder, block: Block<Point>, quality: number, time: number): void {
  for (const point of block.spans) {
    point.misses = 0;
    point.lastValue = Number.NaN;
    batch.add(point.tag, Number.NaN, quality, time, time);
  }
}

/** Without an answer the last value is repeated once as uncertain; after that there is no value. */
export function addMissed(batch: BatchBuilder, block: Block<Point>, time: number): void {
  for (const point of block.spans) {
    point.misses++;
    if (point.misses === 1 && !Number.isNaN(point.lastValue)) {
      addSample(batch, point, Quality.UncertainNoCommunicationLastUsableValue, time, time);
    } else batch.add(point.tag, Number.NaN, Quality.BadTimeout, time, time);
  }
}

function addSample(batch: BatchBuilder, point: Point, quality: number, sourceTime: number, receiveTime: number): void {
  const { tag, lastValue, lastText } = point;
  if (lastText === undefined) batch.add(tag, lastValue, quality, sourceTime, receiveTime);
  else batch.addText(tag, lastText, lastValue, quality, sourceTime, receiveTime);
}

function judge({ low, high }: Point, value: number): number {
  if (!Number.isFinite(value)) return Quality.BadSensorFailure;
  return value < low || value > high ? Quality.UncertainEngineeringUnitsExceeded : Quality.Good;
}
