import { scenariosOf } from '../../../simulators/scenarios/index.ts';
import type { PlantAction } from '../../../src/core/plant.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

/** Two independent events at the same time. Each must be an incident of its own. */
export interface Pair {
  readonly id: string;
  readonly events: readonly [Scenario, Scenario];
}

/** Speed and random seed of the plays. */
export const pairPlay = { speed: 1, seed: 1 };

const attack = (id: string): Scenario => {
  const found = scenariosOf('waterworks').find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no scenario ${id}`);
  return { ...found, durationS: Math.min(found.durationS, 3_600) };
};

/** A false signal, which no client causes. */
const fault = (title: string, atS: number, action: PlantAction & { readonly point: string }, equipment: string): Scenario => ({
  id: title,
  plant: 'waterworks',
  kind: 'fault',
  title,
  description: '',
  techniques: [],
  physicalResult: '',
  difficulty: 1,
  durationS: 3_600,
  steps: [{ atS, actor: 'process', act: { type: 'plant', action }, text: title }],
  truth: [{ fromS: atS, toS: 3_600, tags: [action.point], equipment: [equipment] }],
});

export const pairs: readonly Pair[] = [
  {
    id: 'chlorine set-point written, level of tank 3 false',
    events: [attack('chlorine-setpoint'), fault('T3.LT', 360, { type: 'sensor-bias', point: 'T3.LT', offset: 1.5 }, 'T3')],
  },
  {
    id: 'pumps stopped, lime dose false',
    events: [attack('pumps-stopped'), fault('CG.LIME', 360, { type: 'sensor-stuck', point: 'CG.LIME', value: 35 }, 'CG')],
  },
  {
    id: 'devices scanned, pressure at H4 false',
    events: [attack('device-scan'), fault('DN.PT.H4', 60, { type: 'sensor-stuck', point: 'DN.PT.H4', value: 12 }, 'DN')],
  },
  {
    id: 'valve throttled behind a replay, settled turbidity false',
    events: [attack('replay-valve'), fault('ST.TU02', 360, { type: 'sensor-stuck', point: 'ST.TU02', value: 9 }, 'ST')],
  },
  {
    id: 'clearwell level held, pressure at H4 false',
    events: [attack('clearwell-flat'), fault('DN.PT.H4', 360, { type: 'sensor-stuck', point: 'DN.PT.H4', value: 12 }, 'DN')],
  },
  {
    id: 'raw water pH false, pressure after the reducing valve false',
    events: [
      fault('RW.PH01', 60, { type: 'sensor-stuck', point: 'RW.PH01', value: 5.5 }, 'RW'),
      fault('PRV1.PO', 180, { type: 'sensor-bias', point: 'PRV1.PO', offset: 15 }, 'PRV1'),
    ],
  },
];
