import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FindingMachine } from './machine.ts';
import { defaultEngineSettings } from './types.ts';

const endScore = 0.8;
const holdMs = 2;
const lapseMs = 4;

const machineOf = (): FindingMachine =>
  new FindingMachine(Float64Array.of(endScore), Float64Array.of(holdMs), Float64Array.of(lapseMs), defaultEngineSettings.finding);

/** Begins and ends as indices of scores, one score per ms. */
function findingsOf(scores: readonly number[], restoredAt = -1): (readonly [from: number, to: number])[] {
  let machine = machineOf();
  const findings: [number, number][] = [];
  scores.forEach((score, time) => {
    if (time === restoredAt) {
      const snapshot = machine.snapshot();
      machine = machineOf();
      machine.restore(snapshot);
    }
    const step = machine.report(0, time, score);
    if (step === 'begin') findings.push([time, scores.length]);
    if (step === 'end') (findings.at(-1) as [number, number])[1] = time;
  });
  return findings;
}

/** The same by the rule alone: each score looks back over all scores before it. */
function byTheRule(scores: readonly number[]): (readonly [from: number, to: number])[] {
  const lastWhere = (is: (score: number) => boolean, until: number): number => scores.slice(0, until + 1).findLastIndex(is);
  const isQuiet = (at: number): boolean =>
    at -
      Math.max(
        0,
        lastWhere((score) => score >= endScore, at),
      ) >=
    holdMs;
  const findings: [number, number][] = [];
  const lapsed: number[] = [];
  scores.forEach((score, at) => {
    const last = findings.at(-1);
    const isOpen = last !== undefined && last[1] === scores.length;
    if (!isOpen) {
      if (score >= 1) findings.push([at, scores.length]);
      return;
    }
    const quietAt = scores.findLastIndex((_, i) => i < at && isQuiet(i) && (lapsed[0] ?? at) <= i);
    const lapses = lapsed.filter((time) => time > quietAt).length;
    const hasLapsed = at - lastWhere((one) => one >= 1, at) >= lapseMs * 2 ** lapses;
    if (!isQuiet(at) && !hasLapsed) return;
    last[1] = at;
    if (!isQuiet(at)) lapsed.push(at);
  });
  return findings;
}

/** Scores that stay below the end, within the deadband or above the threshold for a while. */
const scores = fc
  .array(fc.tuple(fc.constantFrom(0.5, 0.9, 1.5), fc.integer({ min: 1, max: 40 })), { maxLength: 12 })
  .map((stays) => stays.flatMap(([score, length]) => Array<number>(length).fill(score)));

it('begins and ends findings by the rule, also across a restart', () => {
  fc.assert(
    fc.property(scores, fc.nat(200), (some, restart) => {
      const expected = byTheRule(some);
      expect(findingsOf(some)).toEqual(expected);
      expect(findingsOf(some, restart)).toEqual(expected);
    }),
  );
});

it('hides no score at the threshold, and lapses less and less often while the score stays around it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0.9, 0.9, 0.9, 0.9, 1.5), { minLength: 1, maxLength: 400 }), (some) => {
      const findings = findingsOf(some);
      some.forEach((score, at) => {
        if (score >= 1) expect(findings.some(([from, to]) => from <= at && at < to)).toBe(true);
      });
      expect(findings.length).toBeLessThanOrEqual(1 + Math.log2(1 + some.length / lapseMs));
    }),
  );
});

it('lapses as early as the first time once the score was below the end', () => {
  const lapsing = [1.5, ...Array<number>(10).fill(0.9)];
  const lengthsOf = (some: readonly number[]): number[] => findingsOf(some).map(([from, to]) => to - from);
  expect(lengthsOf([...lapsing, ...lapsing])).toEqual([lapseMs, 2 * lapseMs]);
  expect(lengthsOf([...lapsing, 0.5, 0.5, ...lapsing])).toEqual([lapseMs, lapseMs]);
});

it('continues from a snapshot of a version that did not count lapses', () => {
  const machine = machineOf();
  machine.report(0, 0, 1.5);
  const { lapses: _, lastOver: __, ...earlier } = machine.snapshot();
  const restored = machineOf();
  restored.restore(earlier);
  expect([1, 2, 3, 4].map((time) => restored.report(0, time, 0.9))).toEqual(['open', 'open', 'open', 'end']);
});
