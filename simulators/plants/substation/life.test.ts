import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Life } from '../../plant-kit/habits.ts';
import { Noise } from '../../plant-kit/noise.ts';
import { ageActs } from './acts.ts';
import { breaker, type BreakerName } from './breaker-names.ts';
import { initialState } from './initial.ts';
import { live } from './life.ts';
import { at } from './points/index.ts';
import type { SubstationState } from './state.ts';
import { node } from './topology.ts';

const isLocal = (s: SubstationState, name: BreakerName): boolean => s.breakers[breaker[name]]?.remote === false;
const isManual = (s: SubstationState, name: string): boolean => s.memory[at(name)] === 0;
const feederSigns = [1, 2, 3, 4].flatMap((n): [string, (state: SubstationState) => boolean][] => [
  [`switching-order ${n}`, (s) => s.acts.order === n && isLocal(s, `QF${n}` as BreakerName)],
  // a switching order has as few steps left only in its last minute
  [`outage-order ${n}`, ({ acts: { orders } }) => orders.length === 2 && orders[1]?.name === `QF${n}.CMD` && orders[1].inS > 300],
  [`relay-test ${n}`, (s) => s.acts.test === n && s.memory[at(`F${n}.TMS`)] === 0.05],
  [`line-fault ${n}`, (s) => s.acts.faults.some((fault) => fault.node === node.F1 + n - 1)],
]);

/** Signs of the acts of normal operation in a state. */
const signs: Readonly<Record<string, (state: SubstationState) => boolean>> = {
  ...Object.fromEntries(feederSigns),
  'transformer-order 1': (s) => isLocal(s, 'QT1H') && isLocal(s, 'QT1L'),
  'transformer-order 2': (s) => isLocal(s, 'QT2H') && isLocal(s, 'QT2L'),
  'coupler-order': (s) => isLocal(s, 'QC'),
  'capacitor-order': (s) => isManual(s, 'CAP.MODE'),
  'tap-order 1': (s) => isManual(s, 'T1.MODE'),
  'tap-order 2': (s) => isManual(s, 'T2.MODE'),
  'diesel-test': (s) => s.acts.dieselTestLeft > 0 && s.memory[at('G2.CMD')] === 1,
  'load-transfer': (s) => Math.abs(s.acts.extraLoad) >= 1,
  'voltage-sag': (s) => s.acts.sag > 0,
  'rack-fouling': (s) => s.acts.rack > 0,
  rain: (s) => s.hydro.rain > 0,
};

/** How often each act happened within some days, in steps of 10 s, without physics. */
function happened(life: Life, days: number, seed: number): ReadonlyMap<string, number> {
  const noise = new Noise(new Random(seed));
  const start = Date.UTC(2026, 0, 2);
  const state = initialState(start, life, start, noise);
  const times = new Map<string, number>();
  const last = new Set<string>();
  for (let s = 0; s < days * 86_400; s += 10) {
    state.time += 10_000;
    live(state, life, 10, noise);
    for (const [act, sign] of Object.entries(signs)) {
      const isNow = sign(state);
      if (isNow && !last.has(act)) times.set(act, (times.get(act) ?? 0) + 1);
      if (isNow) last.add(act);
      else last.delete(act);
    }
    ageActs(state, 10);
    // what the physics would do: the arc ends, the rain drains
    state.acts.faults.length = 0;
    if (state.hydro.rain > 0 && s % 3600 === 0) state.hydro.rain = 0;
  }
  return times;
}

/** Acts of a benign scenario, whatever the feeder. */
const kinds = [
  'switching-order',
  'outage-order',
  'relay-test',
  'line-fault',
  'diesel-test',
  'load-transfer',
  'voltage-sag',
  'rain',
];

describe('normal operation', () => {
  it.each([1, 2, 3, 0x5eed])('of a calibration has every act on every object within three days, seed %d', (seed) => {
    const times = happened('calibration', 3, seed);
    expect([...times.keys()].sort()).toEqual(Object.keys(signs).sort());
    for (const kind of kinds) {
      const all = [...times].filter(([act]) => act.startsWith(kind)).map(([, count]) => count);
      expect(
        all.reduce((sum, count) => sum + count, 0),
        kind,
      ).toBeGreaterThanOrEqual(2);
    }
  });

  it('of an ordinary month has a diesel test and rain but few orders, and nothing happens without life', () => {
    const month = happened('ordinary', 30, 4);
    expect(month.get('diesel-test')).toBeGreaterThanOrEqual(3);
    expect(month.has('rain') && month.has('load-transfer')).toBe(true);
    const orders = [...month].filter(([act]) => act.includes('-order')).map(([, count]) => count);
    expect(orders.reduce((sum, count) => sum + count, 0)).toBeLessThan(15);
    expect(happened('none', 3, 4).size).toBe(0);
  });

  it('begins nothing while the spring of a breaker is charged, because a reclose would fail', () => {
    const noise = new Noise(new Random(1));
    const start = Date.UTC(2026, 0, 2);
    const state = initialState(start, 'calibration', start, noise);
    const spring = state.breakers[breaker.QF3];
    if (spring === undefined) throw new Error('there is no QF3');
    for (const name of Object.keys(state.life.next)) state.life.next[name] = Number.POSITIVE_INFINITY;
    state.life.next['line-fault 3'] = start;
    spring.charging = 5;
    live(state, 'calibration', 1, noise);
    expect(state.acts.faults).toEqual([]);
    spring.charging = 0;
    state.time += 600_000;
    live(state, 'calibration', 1, noise);
    expect(state.acts.faults).toHaveLength(1);
  });

  it('goes on with habits that an older version has not saved', () => {
    const noise = new Noise(new Random(1));
    const state = initialState(Date.UTC(2026, 0, 2), 'ordinary', Date.UTC(2026, 0, 2), noise);
    delete state.life.next['load-transfer'];
    live(state, 'ordinary', 1, noise);
    expect(state.life.next['load-transfer']).toBeGreaterThan(state.time);
  });
});
