import { describe, expect, it } from 'vitest';
import { breaker } from './breaker-names.ts';
import { type NetworkState, voltageOf } from './network.ts';
import { type FaultState, node, supply } from './topology.ts';
import { baseInputs, solved } from './testing.ts';

const short = (at: number): FaultState => ({ node: at, conductance: 1e5, transient: false, deadS: 0 });

/** Power into the busbars minus power out of them and losses, MW. */
function unbalance(network: NetworkState): number {
  const into = network.grid.p + network.hydro.p + network.diesel.p;
  return into - network.served - network.station - network.faulted - network.losses;
}

describe('the power flow', () => {
  it.each([
    ['the whole station', baseInputs()],
    ['one transformer', baseInputs({}, [breaker.QT2H, breaker.QT2L])],
    ['taps apart', baseInputs({ taps: [18, 2] })],
    ['a fault at the end of feeder 1', baseInputs({ faults: [{ ...short(node.F1), conductance: 400 }] })],
    ['an island of the hydro unit', baseInputs({ gridVoltage: 0 })],
    [
      'an island of both machines',
      baseInputs({ gridVoltage: 0, diesel: { able: true, voltage: 1, p: 2, q: 0.5 } }, [breaker.QF1]),
    ],
    [
      'an island of the diesel set',
      baseInputs({ gridVoltage: 0, diesel: { able: true, voltage: 1, p: 0, q: 0 } }, [breaker.QG1, breaker.QC, breaker.QF2]),
    ],
  ])('balances within 1e-6 MVA: %s', (_, inputs) => {
    const network = solved(inputs);
    expect(network.iterations).toBeLessThan(60);
    expect(Math.abs(unbalance(network))).toBeLessThan(1e-6);
  });

  it('has the voltages, import and losses of the design', () => {
    const whole = solved(baseInputs());
    // the reference has constant-power loads at 1.0065 p.u.; these loads fall with their voltage
    expect(voltageOf(whole, node.A)).toBeCloseTo(1.0065, 2);
    const ends = [node.F1, node.F2, node.F3, node.F4].map((at) => voltageOf(whole, node.A) - voltageOf(whole, at));
    [0.036, 0.028, 0.04, 0.031].forEach((drop, i) => expect(ends[i]).toBeCloseTo(drop, 2));
    expect(whole.losses).toBeGreaterThan(0.45);
    expect(whole.losses).toBeLessThan(0.56);
    expect(Math.abs(whole.grid.p - 12.5)).toBeLessThan(0.5);
    const one = solved(baseInputs({}, [breaker.QT2H, breaker.QT2L]));
    expect(voltageOf(whole, node.A) - voltageOf(one, node.A)).toBeCloseTo(0.0155, 2);
  });

  it('has losses that grow with the square of the current', () => {
    const loaded = (factor: number): NetworkState =>
      solved(baseInputs({ p: [4 * factor, 0, 0, 0], q: [0, 0, 0, 0], station: 0 }, [breaker.QG1]));
    const [half, full] = [loaded(0.5), loaded(1)];
    const [i, j] = [half.feeders[0]?.i ?? 0, full.feeders[0]?.i ?? 1];
    expect(half.losses / full.losses).toBeCloseTo((i / j) ** 2, 3);
  });

  it('has fault currents of 10 kA at the busbar, 5.7 kA with one transformer, 2.4 kA at the end of feeder 1', () => {
    const none = { p: [0, 0, 0, 0], q: [0, 0, 0, 0], station: 0, gridVoltage: 1 };
    const amps = (open: readonly number[], at: number): number => {
      const network = solved(baseInputs({ ...none, faults: [short(at)] }, [breaker.QG1, ...open]));
      return at === node.F1 ? (network.feeders[0]?.i ?? 0) : network.transformers.reduce((sum, { i }) => sum + i, 0);
    };
    expect(amps([], node.A) / 10_000).toBeCloseTo(1, 1);
    expect(amps([breaker.QT2H], node.A) / 5700).toBeCloseTo(1, 1);
    expect(amps([], node.F1) / 2400).toBeCloseTo(1, 1);
  });

  it('changes the voltage by 1.25 % per tap while no regulator acts', () => {
    const volts = [9, 10, 11].map((tap) => voltageOf(solved(baseInputs({ taps: [tap, tap] })), node.A));
    for (const i of [0, 1]) {
      const step = (volts[i + 1] ?? 0) / (volts[i] ?? 1) - 1;
      expect(step).toBeGreaterThan(0.0122);
      expect(step).toBeLessThan(0.0128);
    }
  });

  it('lets 23 Mvar circulate with the taps apart, while the voltage stays normal', () => {
    const [even, apart] = [solved(baseInputs()), solved(baseInputs({ taps: [18, 2] }))];
    const circulating = ((apart.transformers[0]?.q ?? 0) - (apart.transformers[1]?.q ?? 0)) / 2;
    expect(Math.abs(circulating - 23)).toBeLessThan(1.5);
    expect(Math.abs(voltageOf(apart, node.A) - voltageOf(even, node.A))).toBeLessThan(0.02);
    expect(apart.losses - even.losses).toBeGreaterThan(0.15);
    expect(apart.losses - even.losses).toBeLessThan(0.3);
  });

  it('has no voltage where no source is connected', () => {
    const dead = solved(baseInputs({ gridVoltage: 0 }, [breaker.QG1]));
    expect(dead.supply).toEqual([supply.dead, supply.dead]);
    expect(dead.re.every((v) => v === 0)).toBe(true);
    expect(dead.served).toBe(0);
    const feeder = solved(baseInputs({}, [breaker.QF2]));
    expect(voltageOf(feeder, node.F2)).toBe(0);
    expect(feeder.feeders[1]?.i).toBe(0);
    const split = solved(baseInputs({ gridVoltage: 0 }, [breaker.QC, breaker.QT1L]));
    expect(split.supply).toEqual([supply.dead, supply.hydro]);
  });
});
