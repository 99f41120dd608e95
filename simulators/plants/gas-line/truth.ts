import { compressedTemperature, fuelOf, gateCells, leakOf, powerOfUnit } from './derived.ts';
import { marginOf, plenumMass, ratedSpeed, volumeFlow } from './physics/compressor.ts';
import { packOf } from './physics/line.ts';
import { headerMass, scrubberResistance } from './physics/station.ts';
import { vibrationOf } from './physics/turbine.ts';
import { valveNames } from './physics/valves.ts';
import type { GasLineState } from './state.ts';

/** Mass of gas in the plant, kg. */
export const massOf = ({ lineA, lineB, station, compressors }: GasLineState): number =>
  packOf(lineA) + packOf(lineB) + headerMass(station) + compressors.reduce((sum, unit) => sum + plenumMass(unit), 0);

/** True process values and totals: MPa, kg/s, kg, °C, MW, rpm unless the name states another unit. */
export function truthOf(state: GasLineState): Record<string, number> {
  const { station, supply, lineA, lineB, totals, plc, acts, demand } = state;
  const truth: Record<string, number> = {
    'air.temperature': demand.air,
    'supply.pressure': supply.pressure / 1e6,
    'supply.flow': lineA.flow[0] ?? 0,
    'station.suction': station.suction / 1e6,
    'station.discharge': station.discharge / 1e6,
    'station.flow': lineB.flow[0] ?? 0,
    'station.bypass': station.bypass,
    'station.speed': ratedSpeed * plc.speed,
    'station.stopped': plc.stopped ? 1 : 0,
    'scrubber.kPa': (scrubberResistance(station) * (lineA.flow.at(-1) ?? 0) ** 2) / 1000,
    'scrubber.fouling': station.fouling,
    'mass.supplied': totals.supplied,
    'mass.delivered': totals.delivered,
    'mass.burned': totals.burned,
    'mass.leaked': totals.leaked,
    'mass.stored': massOf(state),
    'fuel.flow': fuelOf(state),
    'leak.flow': leakOf(state),
    'pig.km': acts.pig,
    'surges.total': plc.units.reduce((sum, { surges }) => sum + surges, 0),
    'trips.total': plc.units.filter(({ first }) => first > 0).length,
  };
  state.compressors.forEach((compressor, i) => {
    const [name, control, turbine] = [`unit${i + 1}`, plc.units[i], state.turbines[i]];
    Object.assign(truth, {
      [`${name}.flow`]: compressor.flow,
      [`${name}.recycle`]: compressor.recycle,
      [`${name}.check`]: compressor.check,
      [`${name}.plenum`]: compressor.plenum / 1e6,
      [`${name}.speed`]: ratedSpeed * compressor.speed,
      [`${name}.margin`]: marginOf(compressor.speed, volumeFlow(compressor.flow, station.suction)),
      [`${name}.asv`]: 100 * compressor.opening,
      [`${name}.power`]: powerOfUnit(state, i) / 1e6,
      [`${name}.temperature`]: compressedTemperature(state, i),
      [`${name}.vibration`]: turbine === undefined ? 0 : vibrationOf(turbine, compressor.speed),
      [`${name}.bearing`]: turbine?.bearings[0] ?? 0,
      [`${name}.state`]: control?.state ?? 0,
      [`${name}.first`]: control?.first ?? 0,
      [`${name}.surges`]: control?.surges ?? 0,
    });
  });
  state.gates.forEach((gate, i) => {
    const name = `gate${i + 1}`;
    Object.assign(truth, {
      [`${name}.pressure`]: (lineB.pressure[gateCells[i] ?? 0] ?? 0) / 1e6,
      [`${name}.outlet`]: gate.outlet / 1e6,
      [`${name}.flow`]: gate.flow,
      [`${name}.demand`]: demand.flow[i] ?? 0,
      [`${name}.temperature`]: gate.temperature,
      [`${name}.ice`]: gate.ice,
      [`${name}.slammed`]: gate.slammed ? 1 : 0,
    });
  });
  state.valves.forEach((valve, i) => {
    truth[`valve.${valveNames[i] ?? ''}`] = valve.position;
    truth[`break.${valveNames[i] ?? ''}`] = valve.broken ? 1 : 0;
  });
  return truth;
}
