import type { Scenario } from '../../../src/core/scenario.ts';

/** Device scan with address walk: see README.md of this folder. */
export const deviceScan: Scenario = {
  id: 'device-scan',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Device scan with address walk',
  description:
    'A client reads the identity of both controllers and scans their addresses block by block. Nothing in the process changes: only a network tap can detect it.',
  techniques: ['T0846', 'T0888', 'T0861'],
  physicalResult: 'None yet: it is the map for later writes.',
  difficulty: 1,
  durationS: 600,
  steps: [
    {
      atS: 30,
      actor: 'attacker',
      act: { type: 'modbus-scan', controller: 'plc1', from: 0, to: 999 },
      text: 'reads the identity of the process PLC and scans its addresses',
    },
    {
      atS: 90,
      actor: 'attacker',
      act: { type: 'modbus-scan', controller: 'rtu2', from: 0, to: 999 },
      text: 'reads the identity of the network RTU and scans its addresses',
    },
  ],
  truth: [{ fromS: 30, toS: 150, tags: [], equipment: [] }],
  expect: { finding: { equipment: [], tags: [], devices: ['plc1', 'rtu2'] }, withinS: 10 },
};
