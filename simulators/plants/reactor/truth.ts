import { air } from './physics/flows.ts';
import { kscmh, storedMass, storedOf } from './physics/process.ts';
import { levelOf } from './physics/vessels.ts';
import { valveNames } from './points/valves.ts';
import { fullWater, reactorWater, steamOf } from './sensors.ts';
import type { ReactorState } from './state.ts';

/** True process values and totals: kPa above air, °C, %, kscmh, m³/h, kg, kW unless the name states another unit. */
export function truthOf(state: ReactorState): Record<string, number> {
  const { now, process, totals, safety, surroundings, machine, plc } = state;
  return {
    'reactor.pressure': now.reactor - air,
    'reactor.temperature': process.reactor.temperature,
    'reactor.level': levelOf.reactor(now.reactorLiquid),
    'reactor.volume': now.reactorLiquid,
    'reactor.waterOut': process.waterReactor,
    'reactor.water': reactorWater(state),
    'reactor.heat': now.reactorHeat,
    'separator.pressure': now.separator - air,
    'separator.temperature': process.separator.temperature,
    'separator.level': levelOf.separator(now.separatorLiquid),
    'separator.volume': now.separatorLiquid,
    'separator.underflow': 3600 * now.underflow,
    'condenser.waterOut': process.waterCondenser,
    'condenser.water': (fullWater.condenser * (state.valves[10]?.position ?? 0)) / 100,
    'condenser.heat': now.condenserHeat,
    'stripper.pressure': now.mixer - air,
    'stripper.temperature': process.stripper.temperature,
    'stripper.level': levelOf.stripper(now.stripperLiquid),
    'stripper.volume': now.stripperLiquid,
    'stripper.heat': now.steam,
    'steam.flow': steamOf * now.steam,
    'product.flow': 3600 * now.product,
    'feed.d': 3600 * 32 * (now.feeds[0] ?? 0),
    'feed.e': 3600 * 46 * (now.feeds[1] ?? 0),
    'feed.a': kscmh(now.feeds[2] ?? 0),
    'feed.ac': kscmh(now.feeds[3] ?? 0),
    'recycle.flow': kscmh(now.recycle),
    'reactor.feed': kscmh(now.toReactor),
    'purge.flow': kscmh(now.purge),
    'compressor.power': now.work,
    'compressor.speed': machine.speed,
    'compressor.bearing': machine.bearing,
    'relief.flow': now.relieved,
    'water.temperature': surroundings.waterReactor + state.acts.waterWarm,
    'mass.fed': totals.fed,
    'mass.purged': totals.purged,
    'mass.product': totals.product,
    'mass.relieved': totals.relieved,
    'mass.refilled': totals.refilled,
    'mass.stored': storedMass(process),
    'inert.in': totals.inertIn,
    'inert.out': totals.inertOut,
    'inert.stored': storedOf(process, 1),
    'inert.purge': 3600 * now.purge * (now.purgeShares[1] ?? 0),
    'safety.tripped': safety.tripped ? 1 : 0,
    'safety.first': safety.first,
    'program.edited': plc.edited ? 1 : 0,
    ...Object.fromEntries(state.valves.map(({ position }, i) => [`valve.${valveNames[i] ?? ''}`, position])),
    ...Object.fromEntries(
      (['feedShares', 'purgeShares', 'productShares'] as const).flatMap((name) =>
        now[name].map((part, i) => [`${name.replace('Shares', '')}.${'ABCDEFGH'[i] ?? ''}`, 100 * part]),
      ),
    ),
  };
}
