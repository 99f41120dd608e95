import { median } from 'simple-statistics';
import type { Observation } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';

interface Sample {
  readonly time: number;
  readonly value: number;
}

/**
 * Score of one analog or discrete tag and one client after the last observation, computed anew from all of them, with the defaults. There is
 * one tag, one device and one client.
 */
export function scoreByTwin(tag: Tag, observations: readonly Observation[]): number {
  const ratios: { readonly judgedAt: number; readonly ratio: number }[] = [];
  observations.forEach((observation, from) => {
    if (observation.kind !== 'event' || observation.event.type !== 'wire-readings') return;
    const { time, readings } = observation.event;
    for (const { value } of readings) {
      for (let to = from + 1; to < observations.length; to++) {
        if (isLoss(observations[to])) break;
        if (observations[to]?.kind !== 'batch') continue;
        const samples = samplesUntil(observations, to);
        const after = samples.findIndex((sample) => sample.time >= time + 250);
        const before = samples.filter((sample) => sample.time <= time - 250).length - 1;
        if (before < 0) break;
        if (after < 0) continue;
        const between = samples.slice(before, after + 1);
        const spanMs = (between.at(-1)?.time ?? 0) - (between[0]?.time ?? 0);
        if (samples.length >= 4 && spanMs <= 3 * tag.scanMs + 500)
          ratios.push({ judgedAt: to, ratio: ratioOf(tag, value, between, allSamplesUntil(observations, to)) });
        break;
      }
    }
  });
  const lost = observations.findLastIndex((observation) => isLoss(observation));
  const last = ratios.filter(({ judgedAt }) => judgedAt > lost).slice(-3);
  const score = last.length < 3 ? 0 : Math.min(...last.map(({ ratio }) => ratio));
  return score < 1 ? 0 : score;
}

function ratioOf(tag: Tag, reading: number, between: readonly Sample[], samples: readonly Sample[]): number {
  const values = between.map(({ value }) => value);
  if (tag.kind === 'discrete') return values.some((value) => value === reading) ? 0 : 2;
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[0], sorted.at(-1)];
  const distance = reading < low ? low - reading : reading > high ? reading - high : 0;
  const changes = samples.slice(1).map(({ value }, i) => Math.abs(value - (samples[i]?.value ?? 0)));
  const second = changes.slice(-9).toSorted((a, b) => b - a)[1] ?? 0;
  const usual = Math.max(second, 2.1 * median(changes.slice(-64)));
  const least = Math.max(10 ** -tag.decimals, tag.range === undefined ? 0 : 0.001 * (tag.range.high - tag.range.low));
  return Math.min(1_000, distance / (least + 2 * usual));
}

const samplesUntil = (observations: readonly Observation[], to: number): readonly Sample[] =>
  allSamplesUntil(observations, to).slice(-10);

/** All samples since the first reading or the last loss. */
function allSamplesUntil(observations: readonly Observation[], to: number): readonly Sample[] {
  const first = observations.findIndex((one) => one.kind === 'event' && one.event.type === 'wire-readings');
  const lost = observations.slice(0, to).findLastIndex((one) => isLoss(one));
  return observations
    .slice(Math.max(first, lost) + 1, to + 1)
    .flatMap((one) => (one.kind === 'batch' ? [{ time: one.batch.receiveTime[0] ?? 0, value: one.batch.value[0] ?? 0 }] : []));
}

const isLoss = (observation: Observation | undefined): boolean =>
  observation?.kind === 'event' && observation.event.type === 'device' && observation.event.state !== 'up';
