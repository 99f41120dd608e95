import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lowestRungs } from './search.ts';

const rungs = 64;
const ratio = 1.116;

/** Subjects with limits, as rungs; a growing fault is detected the earlier, the larger it is. */
const plantOf = (limits: readonly number[]) => {
  let runs = 0;
  const attempt = (attempts: readonly (readonly [number, number])[]) => {
    runs++;
    return attempts.map(([subject, rung]) => {
      const limit = limits[subject] as number;
      return rung >= limit ? ratio ** (limit - rung) : undefined;
    });
  };
  return { attempt, runs: () => runs };
};

it('finds the lowest detected rung, whatever the guesses', () => {
  const subject = fc.record({ limit: fc.nat(rungs), guess: fc.option(fc.nat(rungs - 1)), slack: fc.option(fc.nat(5)) });
  fc.assert(
    fc.property(fc.array(subject, { minLength: 1, maxLength: 9 }), fc.boolean(), (subjects, grows) => {
      const { attempt, runs } = plantOf(subjects.map(({ limit }) => limit));
      const found = lowestRungs(
        subjects.keys().toArray(),
        attempt,
        { rungs, growing: grows ? ratio : undefined },
        (i) => subjects[i]?.guess ?? undefined,
        (i) => Math.min(rungs, (subjects[i]?.limit ?? 0) + (subjects[i]?.slack ?? rungs)),
      );
      expect(found).toEqual(subjects.map(({ limit }) => limit));
      expect(runs()).toBeLessThanOrEqual(13);
    }),
  );
});

it('tries a good guess twice, and a growing fault thrice without one', () => {
  const guessed = plantOf([20]);
  expect(lowestRungs([0], guessed.attempt, { rungs }, () => 20)).toEqual([20]);
  expect(guessed.runs()).toBe(2);
  const growing = plantOf([20]);
  expect(lowestRungs([0], growing.attempt, { rungs, growing: ratio })).toEqual([20]);
  expect(growing.runs()).toBeLessThanOrEqual(4);
});

it('ends at once for a subject that the largest size does not reach, if that was the guess', () => {
  const none = plantOf([rungs]);
  expect(lowestRungs([0], none.attempt, { rungs }, () => rungs - 1)).toEqual([rungs]);
  expect(none.runs()).toBe(1);
});
