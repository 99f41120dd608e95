import type { Scenario } from '../../../src/core/scenario.ts';

/** Device scan with address walk: see README.md of this folder. */
export const deviceScan: Scenario = {
  id: 'device-scan',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Device scan with address walk',
  description:
    'A client asks both controllers who they are and walks their addresses block by block. Nothing in the process changes: only a tap on the wire can see it.',
  techniques: ['T0846', 'T0888', 'T0861'],
  physicalResult: 'None yet: it is the map for later writes.',
  difficulty: 1,
  durationS: 600,
  steps: [
    {
      atS: 30,
      actor: 'attacker',
      act: { type: 'modbus-scan', controller: 'plc1', from: 0, to: 999 },
      text: 'asks the process PLC for its identity and walks its addresses',
    },
    {
      atS: 90,
      actor: 'attacker',
      act: { type: 'modbus-scan', controller: 'rtu2', from: 0, to: 999 },
      text: 'asks the network RTU for its identity and walks its addresses',
    },
  ],
  truth: [{ fromS: 30, toS: 150, tags: [], equipment: [] }],
  expect: { finding: { equipment: [], tags: [], devices: ['plc1', 'rtu2'] }, withinS: 10 },
};
