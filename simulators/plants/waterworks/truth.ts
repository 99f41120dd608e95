import { clearwellChlorine, clearwellLevel } from './clearwell.ts';
import { contactChlorine } from './chlorination.ts';
import { filterArea } from './filters.ts';
import { rainTurbidity } from './intake.ts';
import { junctions } from './network-data.ts';
import { lowZoneFlow, stationFlow, tankLevel } from './network.ts';
import { disinfectionRatio } from './plc/dosing.ts';
import { suctionMargin } from './pumping.ts';
import { storedChlorine } from './quality.ts';
import type { WaterworksState } from './state.ts';

/**
 * True process values and totals. A name contains the area, the quantity, and the unit unless it is that of the area's points.
 */
export function truthOf(state: WaterworksState): Record<string, number> {
  const { intake, coagulation, filters, chlorination, clearwell, network, pumps } = state;
  const level = clearwellLevel(clearwell);
  const chlorine = clearwellChlorine(clearwell);
  const out: Record<string, number> = {
    'river.turbidity': intake.turbidity,
    'river.rain': intake.rains.reduce((sum, rain) => sum + rainTurbidity(rain.peak, rain.age), 0),
    'river.temperature': intake.temperature,
    'raw.flow': intake.flow,
    'raw.volume': intake.taken,
    'alum.dose': coagulation.dose,
    'settled.turbidity': coagulation.settled,
    'filters.flow': filters.outflow,
    'filters.turbidity': filters.turbidity,
    'filters.wasted': filters.wasted,
    'filters.stored': filters.filters.reduce((sum, filter) => sum + filter.level * filterArea, 0),
    'filters.headLoss': Math.max(...filters.filters.map((filter) => filter.headLoss)),
    'contact.chlorine': chlorination.outlet,
    'contact.stored': contactChlorine(chlorination),
    'chlorine.dose': chlorination.dose,
    'chlorine.dosed': chlorination.account.dosed,
    'chlorine.consumed': chlorination.account.consumed,
    'clearwell.level': level,
    'clearwell.chlorine': chlorine,
    'clearwell.overflow': clearwell.overflow,
    'clearwell.received': clearwell.account.received,
    'clearwell.overflowed': clearwell.account.overflowed,
    'clearwell.washed': clearwell.account.washed,
    'clearwell.stored': clearwell.chlorine,
    'clearwell.decayed': clearwell.account.decayed,
    'clearwell.chlorineLost': clearwell.account.chlorineWashed + clearwell.account.chlorineSpilt,
    'disinfection.ratio': disinfectionRatio(chlorine, level, stationFlow(network), clearwell.ph, intake.temperature),
    'station.flow': stationFlow(network),
    'station.margin': Math.min(...pumps.map((pump) => suctionMargin(pump.flow, level))),
    'station.running': pumps.filter((pump) => pump.speed > 0.05).length,
    'low.flow': lowZoneFlow(network),
    'network.pumped': network.account.pumped,
    'network.delivered': network.account.delivered,
    'network.demand': network.delivered.reduce((sum, q) => sum + q, 0),
    'network.stored': network.tankVolume.reduce((sum, v) => sum + v, 0),
    'draw.flow': state.acts.draws.reduce((sum, draw) => sum + draw.flow, 0),
    'network.warning': network.warning,
    'network.chlorine.entered': network.quality.account.entered,
    'network.chlorine.delivered': network.quality.account.delivered,
    'network.chlorine.decayed': network.quality.account.decayed,
    'network.chlorine.unbalanced': network.quality.account.unbalanced,
    'network.chlorine.stored': storedChlorine(network.quality),
    'network.chlorine.waiting': network.chlorineIn,
  };
  for (let i = 0; i < 3; i++) out[`tank${i + 1}.level`] = tankLevel(network, i);
  pumps.forEach((pump, i) => {
    out[`pump${i + 1}.flow`] = pump.flow;
    out[`pump${i + 1}.trip`] = pump.trip;
  });
  junctions.forEach((junction, i) => {
    out[`pressure.${junction.id}`] = network.pressure[i] ?? 0;
    out[`chlorine.${junction.id}`] = network.quality.node[i] ?? 0;
  });
  return out;
}
