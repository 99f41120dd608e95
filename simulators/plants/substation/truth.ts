import { breakerNames } from './breaker-names.ts';
import { voltageOf } from './network.ts';
import { node } from './topology.ts';
import { busFrequency } from './protection/shedding.ts';
import type { SubstationState } from './state.ts';

/** True process values and totals: MW, Mvar, p.u., Hz, °C, kWh unless the name states another unit. */
export function truthOf(state: SubstationState): Record<string, number> {
  const { network, hydro, diesel, transformers, battery, energy, protection } = state;
  const out: Record<string, number> = {
    'grid.voltage': voltageOf(network, node.H),
    'grid.frequency': state.grid.frequency,
    'grid.power': network.grid.p,
    'grid.reactive': network.grid.q,
    'busA.voltage': voltageOf(network, node.A),
    'busB.voltage': voltageOf(network, node.B),
    'busA.supply': network.supply[0],
    'busB.supply': network.supply[1],
    'busA.frequency': busFrequency(state, 0),
    'busB.frequency': busFrequency(state, 1),
    'load.power': network.served,
    'station.power': network.station,
    'fault.power': network.faulted,
    'network.losses': network.losses,
    'hydro.power': network.hydro.p,
    'hydro.reactive': network.hydro.q,
    'hydro.mechanical': hydro.mechanical,
    'hydro.speed': hydro.speed,
    'hydro.peak': hydro.peak,
    'hydro.gate': hydro.gate,
    'hydro.head': hydro.head,
    'hydro.trip': hydro.trip,
    'hydro.damaged': hydro.damaged ? 1 : 0,
    'forebay.level': hydro.forebay,
    'diesel.power': network.diesel.p,
    'diesel.speed': diesel.speed,
    'diesel.fuel': diesel.fuel,
    'diesel.phase': diesel.phase,
    'battery.voltage': battery.voltage,
    'battery.charge': battery.charge,
    'energy.in': energy.imported - energy.exported + energy.hydro + energy.diesel,
    'energy.out': energy.served + energy.lost,
    'station.firstOut': protection.firstOut,
    'shed.stages': state.loads.shed.filter((shed) => shed).length,
    'air.temperature': state.grid.air,
  };
  transformers.forEach((transformer, i) => {
    out[`transformer${i + 1}.tap`] = transformer.tap;
    out[`transformer${i + 1}.oil`] = transformer.oil;
    out[`transformer${i + 1}.hot`] = transformer.hot;
    out[`transformer${i + 1}.aged`] = transformer.aged;
    out[`transformer${i + 1}.power`] = network.transformers[i]?.p ?? 0;
    out[`transformer${i + 1}.reactive`] = network.transformers[i]?.q ?? 0;
    out[`transformer${i + 1}.amps`] = network.transformers[i]?.i ?? 0;
  });
  network.feeders.forEach((feeder, i) => {
    out[`feeder${i + 1}.power`] = feeder.p;
    out[`feeder${i + 1}.amps`] = feeder.i;
    out[`feeder${i + 1}.end`] = voltageOf(network, node.F1 + i);
  });
  breakerNames.forEach((name, i) => {
    out[name] = state.breakers[i]?.closed === true ? 1 : 0;
  });
  return out;
}
