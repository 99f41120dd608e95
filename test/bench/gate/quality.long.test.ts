// Long: the quality gate scores every detector alone on its falsifications.
import { describe, expect, it } from 'vitest';
import { benchSuites } from '../suites/index.ts';
import { benchAlone, falsifications } from './alone.ts';
import { compare, isRegression } from './compare.ts';
import { readReference } from './reference.ts';
import { scenarios } from './scenarios.ts';

/**
 * Youden's index that a detector must reach alone. Alarms that know nothing of the falsification are at 0, those of single seconds
 * within 0.04 of it (three standard deviations over 2400 falsified and 8400 genuine seconds); one of the four windows found
 * without a false alarm is 0.25. Less than half a window is not more than chance.
 */
const moreThanChance = 0.1;

/** `npm run bench -- --accept NAME` stores other figures, where they are meant. */
describe('quality', () => {
  it('of each detector alone is not worse than the stored one', async () => {
    const outcome = { seconds: 0, rows: await benchAlone() };
    const compared = compare(scenarios, readReference(), { alone: outcome });
    expect(compared.filter(isRegression)).toEqual([]);
    expect(compared.length).toBe(Object.keys(falsifications).length + 3);
    const figures = new Map(compared.map(({ id, value }) => [id, value]));
    expect([figures.get('alone/never'), figures.get('alone/always')]).toEqual([0, 0]);
    expect(Math.abs(figures.get('alone/random') ?? 1)).toBeLessThan(moreThanChance);
    for (const type of Object.keys(falsifications))
      expect(figures.get(`alone/${type}`), type).toBeGreaterThanOrEqual(moreThanChance);
  });

  it('on captures is not worse than the stored one, where they are found', async () => {
    const outcome = { seconds: 0, rows: await benchSuites(['lemay']) };
    const compared = compare(scenarios, readReference(), { lemay: outcome });
    expect(compared.filter(isRegression)).toEqual([]);
    // the bar itself, whatever was stored: NaN where there are no data
    expect(compared.filter(({ id, value }) => id.endsWith('-false') && value > 1)).toEqual([]);
  });
});
