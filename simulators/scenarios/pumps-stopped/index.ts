import type { Scenario } from '../../../src/core/scenario.ts';

const pumps = [1, 2, 3, 4].map((pump) => `PS.P${pump}`);
/** Pressures of the zone that the station and the first tank supply. */
export const zonePressures = ['DN.PT.J5', 'DN.PT.J8', 'DN.PT.J10', 'DN.PT.J14'];
const pumpTags = pumps.flatMap((pump) => ['CMD', 'RUN', 'SPD', 'AMP', 'KW'].map((signal) => `${pump}.${signal}`));

/** High-lift pumps stopped by coil writes: see README.md of this folder. */
export const pumpsStopped: Scenario = {
  id: 'pumps-stopped',
  plant: 'waterworks',
  kind: 'attack',
  title: 'High-lift pumps stopped by coil writes',
  description:
    'A client writes 0 into the command coils of all four high-lift pumps, again every second, faster than the PLC can set them.',
  techniques: ['T1692.001', 'T0848', 'T0806'],
  physicalResult:
    'The station delivers nothing, and the tanks alone feed the town. The level of the first falls by 0.5 m to 1.6 m within the hour, and the pressure of its zone is 0.3 m to 3 m lower.',
  difficulty: 1,
  durationS: 3600,
  steps: [1, 2, 3, 4].map((pump) => ({
    atS: 60,
    everyS: 1,
    untilS: 3600,
    actor: 'attacker' as const,
    act: { type: 'modbus-write' as const, controller: 'plc1', point: `PS.P${pump}.CMD`, value: 0 },
    text: `writes 0 into the command of high-lift pump ${pump}, every second`,
  })),
  truth: [
    {
      fromS: 60,
      toS: 3600,
      // consequences, no false alarms: the tank empties into the town, its zone has less pressure and flow, and the clearwell
      // fills, so that the PLC stops an intake pump
      tags: ['PS.FT01', 'PS.PT02', 'PLC1.SEQ', 'T1.LT', 'DN.FT.MAIN', ...pumpTags, ...zonePressures],
      equipment: ['PS', 'PLC1', 'T1', 'RW', 'RW.P1', 'RW.P2', ...pumps],
    },
  ],
  expect: {
    finding: { equipment: ['PS', 'PLC1', ...pumps], tags: ['PS.FT01', 'PS.PT02', 'PLC1.SEQ', ...pumpTags] },
    withinS: 60,
  },
};
