import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinGapMs } from '../../core/join.ts';
import { FindingMachine } from '../../detection/engine/machine.ts';
import { defaultEngineSettings } from '../../detection/engine/index.ts';
import { alertsOf, gapMs } from './joint.ts';
import { BlockMaxima } from './maxima.ts';

const blockMs = 300_000;
const end = 0.8;
const { finding } = defaultEngineSettings;

/** Maxima that stay below the end, within the deadband or above the threshold for a while. */
const values = fc
  .array(fc.tuple(fc.constantFrom(0.5, 0.9, 1.5), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 10 })
  .map((stays) => stays.flatMap(([value, length]) => Array<number>(length).fill(value)));

/** Findings of the engine's own rule on the same scores, as blocks, joined as alerts are. */
function byTheEngine(scores: readonly number[], startedAt: Float64Array): [from: number, to: number][] {
  const lapseMs = Math.max(finding.lapseMs, blockMs);
  const machine = new FindingMachine(Float64Array.of(end), Float64Array.of(0), Float64Array.of(lapseMs), finding);
  const found: [number, number][] = [];
  scores.forEach((score, block) => {
    const step = machine.report(0, startedAt[block] as number, score);
    const last = found.at(-1);
    if (step === 'open' && last !== undefined) last[1] = block;
    if (step !== 'begin') return;
    if (last !== undefined && gapMs(startedAt, last[1], block) <= joinGapMs) last[1] = block;
    else found.push([block, block]);
  });
  return found;
}

it('alerts on block maxima begin and end as findings of the engine do', () => {
  fc.assert(
    fc.property(values, (scores) => {
      const maxima = new BlockMaxima(1, scores.length);
      scores.forEach((score, block) => {
        maxima.add(0, block, score);
        maxima.startedAt[block] = block * blockMs;
      });
      const channel = { detector: 'range', key: 'equipment:P1', area: 'P', threshold: { begin: 1, end }, scale: 1 };
      const alerts = alertsOf(maxima, [channel]).map(({ from, to }) => [from, to]);
      expect(alerts).toEqual(byTheEngine(scores, maxima.startedAt));
    }),
  );
});
