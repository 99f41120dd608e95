import { clearwellChlorine, clearwellFloor, clearwellLevel } from './clearwell.ts';
import { filterStep, washFlow } from './filters.ts';
import { links } from './epanet.ts';
import { pipes } from './network-data.ts';
import { lowZoneFlow, pressureAt, stationFlow, tankInflow, tankLevel } from './network.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { type Sensor as AnySensor, transmitters } from '../../plant-kit/sensing.ts';
import { pressureJunctions } from './points/distribution.ts';
import { nodeAt } from './quality.ts';
import type { WaterworksState } from './state.ts';

type Sensor = AnySensor<WaterworksState>;
const { analog, contact } = transmitters<WaterworksState>();

const numbers = [1, 2, 3, 4] as const;
const main = pipes.findIndex((pipe) => pipe.id === 'M1');
const high = pipes.findIndex((pipe) => pipe.id === 'S1');

const intake: readonly Sensor[] = [
  analog('RW.LT01', 2, 0.004, 0.001, (s) => s.intake.level),
  analog('RW.FT01', 1, 0.6, 0.1, (s) => s.intake.flow),
  analog('RW.TU01', 30, 0.02, 0.01, (s) => s.intake.turbidity, true),
  analog('RW.TE01', 20, 0.05, 0.01, (s) => s.intake.temperature),
  analog('RW.PH01', 15, 0.02, 0.01, (s) => s.intake.ph),
  analog('RW.CD01', 10, 2, 1, (s) => s.intake.conductivity),
  ...[0, 1].flatMap((i) => [
    analog(`RW.P${i + 1}.SPD`, 0.5, 0.1, 0.1, (s) => s.intake.speed[i] ?? 0),
    analog(`RW.P${i + 1}.AMP`, 0.3, 0.4, 0.1, (s) => s.intake.current[i] ?? 0),
    contact(`RW.P${i + 1}.RUN`, (s) => (s.intake.speed[i] ?? 0) > 5),
  ]),
];

const treatment: readonly Sensor[] = [
  analog('CG.ALDOSE', 5, 0.1, 0.05, (s) => s.coagulation.dose),
  analog('CG.PH02', 15, 0.02, 0.01, (s) => s.coagulation.ph),
  analog('CG.MIX', 0.5, 0.3, 1, (s) => s.coagulation.mixer),
  analog('CG.ALTK', 5, 0.05, 0.1, (s) => s.coagulation.alumTank),
  analog('CG.LIME', 5, 0.05, 0.1, (s) => s.coagulation.lime),
  analog('ST.TU02', 30, 0.02, 0.01, (s) => s.coagulation.settled, true),
  ...numbers.flatMap((n) => [
    analog(`FL${n}.HL`, 2, 0.01, 0.005, (s) => s.filters.filters[n - 1]?.headLoss ?? 0),
    analog(`FL${n}.TU`, 20, 0.002, 0.001, (s) => s.filters.filters[n - 1]?.turbidity ?? 0),
    analog(`FL${n}.FT`, 1, 0.3, 0.1, (s) => s.filters.filters[n - 1]?.flow ?? 0),
    analog(`FL${n}.LV`, 2, 0.003, 0.001, (s) => s.filters.filters[n - 1]?.level ?? 0),
  ]),
  analog('BW.FT', 1, 1, 0.1, (s) => s.filters.wash),
  contact('BW.P1.RUN', (s) => s.filters.filters.some((filter) => washFlow(filter.step) > 0)),
  contact('BW.B1.RUN', (s) =>
    s.filters.filters.some((filter) => filter.step === filterStep.air || filter.step === filterStep.airWater),
  ),
  analog('CL.AT01', 30, 0.012, 0.01, (s) => s.chlorination.outlet + s.acts.analyserOffset),
  analog('CL.AT02', 30, 0.012, 0.01, (s) => clearwellChlorine(s.clearwell)),
  analog('CL.OP', 5, 0.02, 0.01, (s) => s.chlorination.dose),
  analog('CL.TK', 5, 0.05, 0.1, (s) => s.chlorination.tank),
  contact('CL.P1.RUN', (s) => s.chlorination.pump === 1 && s.chlorination.dose > 0.02),
  contact('CL.P2.RUN', (s) => s.chlorination.pump === 2 && s.chlorination.dose > 0.02),
  analog('CW.LT01', 2, 0.003, 0.001, (s) => clearwellLevel(s.clearwell)),
  analog('CW.LT02', 2, 0.003, 0.001, (s) => clearwellLevel(s.clearwell)),
  analog('CW.TU03', 20, 0.002, 0.001, (s) => s.clearwell.turbidity),
  analog('CW.PH03', 15, 0.02, 0.01, (s) => s.clearwell.ph),
];

/** Head at the suction flange above its centreline at 24.5 m, minus the entry loss. */
function suctionPressure(state: WaterworksState): number {
  const running = state.pumps.filter((pump) => pump.flow > 1).length;
  const each = running === 0 ? 0 : stationFlow(state.network) / running;
  return clearwellFloor + clearwellLevel(state.clearwell) - 24.5 - 0.6 * (each / 76) ** 2;
}

const station: readonly Sensor[] = [
  analog('PS.PT01', 0.3, 0.05, 0.01, suctionPressure),
  analog('PS.PT02', 0.3, 0.15, 0.02, (s) => pressureAt(s.network, 'J1')),
  analog('PS.FT01', 0.5, 0.5, 0.1, (s) => stationFlow(s.network)),
  ...numbers.flatMap((n) => [
    contact(`PS.P${n}.RUN`, (s) => (s.pumps[n - 1]?.speed ?? 0) > 0.05),
    analog(`PS.P${n}.SPD`, 0.5, 0.1, 0.1, (s) => 100 * (s.pumps[n - 1]?.speed ?? 0)),
    analog(`PS.P${n}.AMP`, 0.3, 0.6, 0.1, (s) => s.pumps[n - 1]?.current ?? 0),
    analog(`PS.P${n}.KW`, 0.3, 0.4, 0.1, (s) => s.pumps[n - 1]?.power ?? 0),
    analog(`PS.P${n}.VIB`, 1, 0.15, 0.01, (s) => s.pumps[n - 1]?.vibration ?? 0),
    analog(`PS.P${n}.TB`, 120, 0.1, 0.1, (s) => s.pumps[n - 1]?.bearing ?? 0),
    analog(`PS.P${n}.HRS`, 0, 0, 0.01, (s) => s.pumps[n - 1]?.hours ?? 0),
  ]),
];

function reducerPosition(state: WaterworksState): number {
  const drop = Math.max(0.1, pressureAt(state.network, 'L0') - pressureAt(state.network, 'L1'));
  return clamp((100 * Math.max(0, lowZoneFlow(state.network))) / (20 * Math.sqrt(drop)), 0, 100);
}

const network: readonly Sensor[] = [
  ...[0, 1, 2].flatMap((i) => [
    analog(`T${i + 1}.LT`, 3, 0.005, 0.01, (s) => tankLevel(s.network, i)),
    analog(`T${i + 1}.FT`, 1, 0.5, 0.1, (s) => tankInflow(s.network, i)),
    analog(
      `T${i + 1}.AT`,
      30,
      0.012,
      0.01,
      (s) => (s.network.quality.tankMass[i] ?? 0) / Math.max(1, s.network.tankVolume[i] ?? 1),
    ),
  ]),
  ...pressureJunctions.map((id) => analog(`DN.PT.${id}`, 1, 0.15, 0.1, (s) => pressureAt(s.network, id))),
  analog('DN.FT.MAIN', 1, 0.4, 0.1, (s) => s.network.flow[main] ?? 0),
  analog('DN.FT.LOW', 1, 0.4, 0.1, (s) => s.network.flow[links.reducer] ?? 0),
  analog('DN.FT.HIGH', 1, 0.4, 0.1, (s) => s.network.flow[high] ?? 0),
  analog('DN.AT.L4', 30, 0.012, 0.01, (s) => s.network.quality.node[nodeAt('L4')] ?? 0),
  analog('DN.AT.H4', 30, 0.012, 0.01, (s) => s.network.quality.node[nodeAt('H4')] ?? 0),
  analog('PRV1.PI', 1, 0.15, 0.05, (s) => pressureAt(s.network, 'L0')),
  analog('PRV1.PO', 1, 0.15, 0.05, (s) => pressureAt(s.network, 'L1')),
  analog('PRV1.POS', 1, 0.3, 0.5, reducerPosition),
  ...[0, 1].flatMap((i) => [
    contact(`B${i + 1}.RUN`, (s) => (s.boosters[i]?.speed ?? 0) > 0.05),
    analog(`B${i + 1}.AMP`, 0.3, 0.2, 0.1, (s) => s.boosters[i]?.current ?? 0),
  ]),
];

/** All sensors: lag, noise and quantum from the point table of the plant's design. */
export const sensors: readonly Sensor[] = [...intake, ...treatment, ...station, ...network];
