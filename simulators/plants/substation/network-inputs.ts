import { breaker } from './breaker-names.ts';
import { isClosed } from './breakers.ts';
import { keptShare, stationPower } from './loads.ts';
import type { NetworkInputs } from './topology.ts';
import { busFrequency } from './protection/shedding.ts';
import type { SubstationState } from './state.ts';

/** Inputs of the power flow: positions, demand after load shedding, machines. */
export function networkInputs(state: SubstationState): NetworkInputs {
  const { breakers, transformers, grid, acts, hydro, diesel, loads } = state;
  const kept = keptShare(loads);
  const share = (i: number): number => kept * (loads.connected[i] ?? 1);
  const deviation = (k: 0 | 1): number => {
    const hertz = busFrequency(state, k);
    return hertz > 0 ? hertz / 50 - 1 : 0;
  };
  return {
    breakers,
    taps: transformers.map(({ tap }) => tap),
    gridVoltage: grid.voltage,
    faults: acts.faults,
    hydro: {
      able: hydro.excited && isClosed(breakers, breaker.QG1),
      voltage: hydro.voltage,
      p: hydro.mechanical,
      q: hydro.reactive,
    },
    diesel: {
      able: diesel.excited && isClosed(breakers, breaker.QG2),
      voltage: diesel.voltage,
      p: diesel.mechanical,
      q: diesel.reactive,
    },
    p: loads.p.map((p, i) => p * share(i)),
    q: loads.q.map((q, i) => q * share(i)),
    station: stationPower,
    deviation: [deviation(0), deviation(1)],
  };
}
