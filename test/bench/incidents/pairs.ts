import { scenariosOf } from '../../../simulators/scenarios/index.ts';
import type { PlantAction } from '../../../src/core/plant.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

/** Two independent events at the same time on one plant. Each must be an incident of its own. */
export interface Pair {
  readonly id: string;
  readonly events: readonly [Scenario, Scenario];
}

/** The pairs of a plant. */
export const pairsOf = (plant: string): readonly Pair[] => pairs.filter(({ events: [one] }) => one.plant === plant);

/** Speed and random seed of the plays. */
export const pairPlay = { speed: 1, seed: 1 };

const attack = (id: string, plant = 'waterworks'): Scenario => {
  const found = scenariosOf(plant).find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no scenario ${id}`);
  return { ...found, durationS: Math.min(found.durationS, 3_600) };
};

/** An event of half an hour that is no scenario of its own. */
const event = (
  title: string,
  kind: 'attack' | 'fault',
  steps: Scenario['steps'],
  truth: Scenario['truth'][number],
  plant = 'substation',
): Scenario => ({
  id: title,
  plant,
  kind,
  title,
  description: '',
  techniques: [],
  physicalResult: '',
  difficulty: 1,
  durationS: 1_800,
  steps,
  truth: [truth],
});

/** A signal of the robot cell that is false from 3 min on. */
const falseSignal = (title: string, point: string, offset: number, equipment: string): Scenario =>
  event(
    title,
    'fault',
    [{ atS: 180, actor: 'process', act: { type: 'plant', action: { type: 'sensor-bias', point, offset } }, text: title }],
    { fromS: 180, toS: 1_800, tags: [point], equipment: [equipment] },
    'robot-cell',
  );

/** A false signal of the waterworks, which no client causes. */
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

const pairs: readonly Pair[] = [
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
  {
    id: 'feeder 1 opened, transducer of feeder 4 false',
    events: [
      event(
        'feeder 1 opened',
        'attack',
        (['SEL', 'CMD'] as const).map((coil) => ({
          atS: 60,
          actor: 'attacker',
          act: { type: 'modbus-write', controller: 'rtu1', point: `QF1.${coil}`, value: coil === 'SEL' ? 1 : 0 },
          text: 'opens the breaker of feeder 1',
        })),
        { fromS: 60, toS: 1_800, tags: [], equipment: ['F1', 'BUSA', 'BUSB', 'GRID', 'T1', 'T2', 'RTU1', 'CAP', 'G1'] },
      ),
      event(
        'transducer of feeder 4 false',
        'fault',
        [
          {
            atS: 90,
            actor: 'process',
            act: { type: 'plant', action: { type: 'sensor-bias', point: 'F4.IA', offset: 150 } },
            text: 'the current transducer of feeder 4 reads 150 A too high',
          },
        ],
        { fromS: 90, toS: 1_800, tags: ['F4.IA'], equipment: ['F4'] },
      ),
    ],
  },
  {
    id: 'voltage set-point raised, battery charger fails',
    events: [
      attack('voltage-setpoint', 'substation'),
      event(
        'battery charger fails',
        'fault',
        [
          {
            atS: 180,
            actor: 'process',
            act: { type: 'plant', action: { type: 'act', name: 'charger-off' } },
            text: 'the battery charger fails',
          },
        ],
        { fromS: 180, toS: 1_800, tags: ['DC.U', 'DC.I', 'DC.CHG'], equipment: ['DC'] },
      ),
    ],
  },
  {
    id: 'speed limit raised, cabinet temperature of arm 2 false',
    events: [
      attack('speed-limit-raised', 'robot-cell'),
      falseSignal('cabinet temperature of arm 2 reads 15 K too high', 'C2.TEMP', 15, 'C2'),
    ],
  },
  {
    id: 'program swapped, infeed current false',
    events: [attack('program-swapped', 'robot-cell'), falseSignal('infeed current reads 3 A too high', 'CV1.AMP', 3, 'CV1')],
  },
];
