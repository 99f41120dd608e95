import { describe, expect, it } from 'vitest';
import { differenceFromTwin, learnedFrom, series, surprises, tagOf, wave } from '../../test/support/detectors.ts';
import { shift } from './index.ts';
import { twin } from './shift.twin.ts';

const learnedOf = (values: readonly number[]) =>
  learnedFrom(shift, tagOf('AT01', { unit: 'mg/L', description: 'Chlorine to network' }), values);
/** A level with noise, a daily cycle of an hour, and a pump that adds a step. */
const plant = (count: number, seed: number): number[] =>
  wave(count, seed, { noise: 0.02 }).map((value, i) => value + (i % 900 < 450 ? 0 : 0.5));

describe('shift', () => {
  it('equals its twin on every pair of streams', () => {
    const { decimals } = tagOf('A');
    // of the streams, only the shorter memory learns the levels at which a stretch may begin
    for (const slow of [300, 30])
      expect(
        differenceFromTwin(shift, (learned, scored) => twin(learned, scored, decimals, slow), { config: { slow } }),
        `${slow}`,
      ).toBe('');
  });

  it('accepts learned cycles and pumps', () => {
    const detector = learnedOf(plant(8_000, 1));
    expect(Math.max(...surprises(detector, series(plant(7_200, 2), 1e7)))).toBeLessThan(1.3);
  });

  it('learns without any analog measurement', () => {
    expect(learnedFrom(shift, tagOf('SP01', { role: 'setpoint' }), wave(1_000, 1)).channels).toEqual([]);
  });

  it('finds a shift of a few times the noise by its persistence', () => {
    const calm = { swing: 0, noise: 0.02 };
    const detector = learnedOf(wave(6_000, 1, calm));
    const shifted = wave(600, 2, calm).map((value, i) => value + (i < 300 ? 0 : 0.05));
    const all = surprises(detector, series(shifted, 1e7));
    // the first 20 samples are not judged
    expect(Math.max(...all.slice(0, 280))).toBeLessThan(1.5);
    expect(Math.max(...all.slice(280))).toBeGreaterThan(2);
    expect(detector.explain(0).sentence).toMatch(/^Chlorine to network (moved|stays)/);
  });

  it('starts at any phase of a cycle without a finding', () => {
    const cycle = (count: number, from: number): number[] =>
      wave(count, 5, { swing: 0, noise: 0.02 }).map((value, i) => value + ((i + from) % 25 < 1 ? 80 : 0));
    const detector = learnedOf(cycle(8_000, 0));
    for (const from of [0, 2, 4, 9, 21]) {
      const all = surprises(detector, series(cycle(900, from), 1e7 * (from + 1)));
      expect(Math.max(...all)).toBeLessThan(1.1);
    }
  });

  it('starts in a short state without a finding when the usual one returns', () => {
    const stops = (count: number): number[] =>
      wave(count, 6, { swing: 0, noise: 0.02 }).map((value, i) => (i % 1_200 < 40 ? 0 : value + 10));
    const detector = learnedOf(stops(8_000).slice(600));
    for (const from of [0, 1_210])
      expect(Math.max(...surprises(detector, series(stops(4_000).slice(from), 1e7 * (from + 1))))).toBeLessThan(1.1);
  });

  it('ends soon after the value has returned, whatever the size and duration of the shift', () => {
    const calm = { swing: 0, noise: 0.02 };
    const detector = learnedOf(wave(6_000, 1, calm));
    const away = wave(1_200, 2, calm).map((value, i) => value + (i >= 300 && i < 500 ? 1_000 : 0));
    const all = surprises(detector, series(away, 1e7));
    // the first 20 samples are not judged
    expect(Math.max(...all.slice(280, 480))).toBeGreaterThan(2);
    expect(Math.max(...all.slice(700))).toBeLessThan(1.5);
  });

  it('states the old and the new level', () => {
    const detector = learnedOf(wave(6_000, 1, { swing: 0 }));
    surprises(
      detector,
      series(
        wave(400, 2, { swing: 0 }).map((value, i) => value - (i < 360 ? 0 : 1)),
        1e7,
      ),
    );
    const { title, sentence, band } = detector.explain(0);
    expect(title).toMatch(/^Chlorine to network shifted down to 1\.\d{3} mg\/L$/);
    expect(sentence).toMatch(/below its mean of the last 5 min/);
    expect(band?.measured).toBeLessThan(band?.low ?? 0);
  });

  it('follows a rounded value that hardly ever changes, and finds a shift of it', () => {
    const rare = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 3_000 < 30 ? 10 : 11));
    const load = tagOf('LOAD', { unit: '%', decimals: 0 });
    const detector = learnedFrom(shift, load, rare(12_000));
    const begun = [...Array.from({ length: 30 }, () => 12), ...rare(24_000).slice(30)];
    // its level has reached the usual value
    expect(Math.max(...surprises(detector, series(begun, 1e7)).slice(1_000))).toBeLessThan(1.1);
    const moved = surprises(detector, series([...rare(2_000), ...rare(400).map((value) => value + 3)], 6e7));
    expect(Math.max(...moved)).toBeGreaterThan(1.5);
  });

  it('reports nothing for a constant', () => {
    const detector = learnedOf(Array.from({ length: 900 }, () => 7));
    expect(Math.max(...surprises(detector, series([...Array.from({ length: 40 }, () => 7), 9], 1e7)))).toBe(0);
  });
});
