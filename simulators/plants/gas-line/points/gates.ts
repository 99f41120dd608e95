import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;

function gate(n: number, km: number): PlantPoint[] {
  const [where, at, set] = [`gates/G${n}`, 18 * (n - 1), 4 * (n - 1)] as const;
  return new Rows('rtu2')
    .input(where, 'PIN', at, [0, 10], `Gate ${n} inlet pressure, km ${km}`, { unit: 'MPa' })
    .input(where, 'POUT', at + 2, [0, 3], `Gate ${n} outlet pressure`, { unit: 'MPa' })
    .input(where, 'FT', at + 4, [0, 80], `Gate ${n} delivered flow`, { unit: 'kg/s' })
    .input(where, 'TIN', at + 6, [-20, 60], `Gate ${n} inlet temperature`, { unit: '°C' })
    .input(where, 'TOUT', at + 8, [-40, 60], `Gate ${n} outlet temperature`, { unit: '°C' })
    .input(where, 'HTR', at + 10, [0, 100], `Gate ${n} heater output`, { unit: '%' })
    .input(where, 'REG', at + 12, [0, 100], `Gate ${n} regulator opening`, { unit: '%' })
    .input(where, 'ODOR', at + 14, [0, 50], `Gate ${n} odorant`, { unit: 'mg/m³' })
    .input(where, 'DEM', at + 16, [0, 80], `Gate ${n} nominated flow`, { unit: 'kg/s' })
    .status(where, 'SSV', n - 1, `Gate ${n} slam-shut valve closed`)
    .holding(where, 'PSP', set, [1, 2.5], `Gate ${n} regulator set-point`, { unit: 'MPa', writable })
    .holding(where, 'MODE', set + 2, [0, 1], `Gate ${n} regulator in service`, { type: 'uint16', writable })
    .command(where, 'HTRCMD', n - 1, `Gate ${n} heater command`).points;
}

/** Points of the city gates. */
export const gatePoints: readonly PlantPoint[] = [...gate(1, 35), ...gate(2, 75), ...gate(3, 120)];
