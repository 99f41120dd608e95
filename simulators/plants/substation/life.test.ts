import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Life } from '../../plant-kit/habits.ts';
import { Noise } from '../../plant-kit/noise.ts';
import { ageActs } from './acts.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { at } from './points/index.ts';
import type { SubstationState } from './state.ts';

/** Signs of the acts of normal operation in a state. */
const signs: Readonly<Record<string, (state: SubstationState) => boolean>> = {
  'diesel-test': (s) => s.acts.dieselTestLeft > 0 && s.memory[at('G2.CMD')] === 1,
  'switching-order': (s) => s.acts.order === 3,
  'relay-test': (s) => s.acts.test > 0 && s.memory[at(`F${s.acts.test}.TMS`)] === 0.05,
  'line-fault': (s) => s.acts.faults.length > 0,
  'voltage-sag': (s) => s.acts.sag > 0,
  'rack-fouling': (s) => s.acts.rack > 0,
  rain: (s) => s.hydro.rain > 0,
};

/** Acts that happened within some days, in steps of 10 s, without physics. */
function happened(life: Life, days: number, seed: number): ReadonlySet<string> {
  const noise = new Noise(new Random(seed));
  const start = Date.UTC(2026, 0, 2);
  const state = initialState(start, life, start, noise);
  const seen = new Set<string>();
  for (let s = 0; s < days * 86_400; s += 10) {
    state.time += 10_000;
    live(state, life, 10, noise);
    for (const [act, sign] of Object.entries(signs)) if (sign(state)) seen.add(act);
    ageActs(state, 10);
    // what the physics would do: the arc ends, the rain drains
    state.acts.faults.length = 0;
    if (state.hydro.rain > 0 && s % 3600 === 0) state.hydro.rain = 0;
  }
  return seen;
}

describe('normal operation', () => {
  it.each([1, 2, 3])('of a calibration shows every act within three days, seed %d', (seed) => {
    expect([...happened('calibration', 3, seed)].sort()).toEqual(Object.keys(signs).sort());
  });

  it('of an ordinary month has a diesel test and rain, and nothing happens without life', () => {
    const month = happened('ordinary', 30, 4);
    expect(month.has('diesel-test') && month.has('rain') && month.has('line-fault')).toBe(true);
    expect(happened('none', 3, 4).size).toBe(0);
  });
});
