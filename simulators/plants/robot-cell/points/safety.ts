import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

/** Protective stop functions with their names in OPC UA. */
export const protectiveFunctions = ['DOOR', 'CURT', 'SCAN', 'EN1', 'EN2', 'COLL'] as const;
export type ProtectiveFunction = (typeof protectiveFunctions)[number];

const titles: Readonly<Record<ProtectiveFunction, string>> = {
  DOOR: 'guard door',
  CURT: 'light curtain',
  SCAN: 'area scanner',
  EN1: 'enabling switch 1',
  EN2: 'enabling switch 2',
  COLL: 'collision detection',
};

const where = 'safety/SS';
const word = { type: 'uint16' } as const;

function build(): PlantPoint[] {
  const rows = new Rows('plc1', true)
    .input(where, 'MODE', 3000, [0, 4], 'Operating mode by the key switch', word)
    .status(where, 'ESTOP', 300, 'Emergency stop')
    .status(where, 'PSTOP', 301, 'Protective stop')
    .status(where, 'ES1', 302, 'Emergency stop button 1 pressed')
    .status(where, 'ES2', 303, 'Emergency stop button 2 pressed')
    .status(where, 'ES3', 304, 'Emergency stop button 3 pressed')
    .status(where, 'RST', 305, 'Reset button pressed')
    .status(where, 'WARN', 306, 'Warning field of the scanner occupied')
    .status(where, 'MUTED', 307, 'Light curtain muted')
    .status(where, 'MUTE1', 308, 'Muting sensor 1')
    .status(where, 'MUTE2', 309, 'Muting sensor 2')
    .status(where, 'DOOROP', 310, 'Guard door open')
    .status(where, 'CURTBR', 311, 'Light curtain interrupted')
    .holding(where, 'WOVR', 3000, [0, 100], 'Speed limit in the warning field', { ...word, unit: '%', writable: true })
    .command(where, 'MUTEOV', 330, 'Muting override of the light curtain');
  protectiveFunctions.forEach((name, i) => {
    rows
      .command(where, `${name}.EN`, 320 + i, `Stop function enabled: ${titles[name]}`)
      .status(where, `${name}.ACT`, 320 + i, `Stop function active: ${titles[name]}`);
  });
  return rows.points;
}

/** Points of the safety PLC. There is none that resets a stop: that needs the button. */
export const safetyPoints: readonly PlantPoint[] = build();
