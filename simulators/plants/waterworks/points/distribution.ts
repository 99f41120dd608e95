import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;

function station(): PlantPoint[] {
  const where = 'pumping/PS';
  const rows = new Rows('plc1', true)
    .input(where, 'PT01', 100, [-10, 20], 'Suction pressure', { unit: 'm' })
    .input(where, 'PT02', 102, [0, 100], 'Discharge pressure', { unit: 'm' })
    .input(where, 'FT01', 104, [0, 300], 'Station flow', { unit: 'L/s' })
    .input(where, 'LEAD', 106, [1, 4], 'Lead pump', { type: 'uint16' })
    .input(where, 'NPSH', 108, [-10, 20], 'Suction head margin', { unit: 'm' });
  for (const n of [1, 2, 3, 4]) {
    const pump = `pumping/PS.P${n}`;
    const base = 110 + 12 * (n - 1);
    rows
      .command(pump, 'CMD', 20 + n, `High-lift pump ${n} command`)
      .status(pump, 'RUN', 20 + n, `High-lift pump ${n} running`)
      .status(pump, 'TRIP', 30 + n, `High-lift pump ${n} tripped`)
      .input(pump, 'SPD', base, [0, 110], `High-lift pump ${n} speed`, { unit: '%' })
      .input(pump, 'AMP', base + 2, [0, 160], `High-lift pump ${n} current`, { unit: 'A' })
      .input(pump, 'KW', base + 4, [0, 90], `High-lift pump ${n} power`, { unit: 'kW' })
      .input(pump, 'VIB', base + 6, [0, 20], `High-lift pump ${n} vibration`, { unit: 'mm/s' })
      .input(pump, 'TB', base + 8, [0, 120], `High-lift pump ${n} bearing temperature`, { unit: '°C' })
      .input(pump, 'HRS', base + 10, [0, 200000], `High-lift pump ${n} running hours`, { unit: 'h' });
  }
  return rows.points;
}

/** Set-points for staging the pumps by the tank levels; held in the process PLC. */
function staging(): PlantPoint[] {
  const where = 'pumping/SP';
  const level = { unit: 'm', writable } as const;
  const rows = new Rows('plc1');
  for (const n of [1, 2, 3]) rows.holding(where, `T1ON${n}`, 98 + 2 * n, [0, 7], `Start pump stage ${n} below T1 level`, level);
  for (const n of [1, 2, 3]) rows.holding(where, `T1OFF${n}`, 104 + 2 * n, [0, 7], `Stop pump stage ${n} above T1 level`, level);
  return rows
    .holding(where, 'T3ON', 112, [0, 7], 'Start first booster below T3 level', level)
    .holding(where, 'T3OFF', 114, [0, 7], 'Stop first booster above T3 level', level)
    .holding(where, 'NIGHT', 116, [-1, 1], 'Night tariff shift of start levels', level)
    .holding(where, 'QMAX', 118, [0, 250], 'Highest raw water flow', { unit: 'L/s', writable }).points;
}

function tanks(): PlantPoint[] {
  const rows = new Rows('rtu2');
  for (const n of [1, 2, 3]) {
    const where = `network/T${n}`;
    const base = 6 * (n - 1);
    rows
      .input(where, 'LT', base, [0, 7], `Tank ${n} level`, { unit: 'm' })
      .input(where, 'FT', base + 2, [-200, 200], `Tank ${n} net inflow`, { unit: 'L/s' })
      .input(where, 'AT', base + 4, [0, 5], `Tank ${n} chlorine`, { unit: 'mg/L' });
  }
  return rows.points;
}

/** Junctions with a pressure transmitter. */
export const pressureJunctions = ['J5', 'J8', 'J10', 'J14', 'L1', 'L4', 'H1', 'H4'] as const;

function zones(): PlantPoint[] {
  const where = 'network/DN';
  const rows = new Rows('rtu2');
  pressureJunctions.forEach((id, i) => {
    rows.input(where, `PT.${id}`, 30 + 2 * i, [0, 100], `Pressure at ${id}`, { type: 'int16', unit: 'm', scale: 0.1 });
  });
  return rows
    .input(where, 'FT.MAIN', 50, [-250, 250], 'Flow into main zone', { unit: 'L/s' })
    .input(where, 'FT.LOW', 52, [-250, 250], 'Flow into low zone', { unit: 'L/s' })
    .input(where, 'FT.HIGH', 54, [-250, 250], 'Flow into high zone', { unit: 'L/s' })
    .input(where, 'AT.L4', 56, [0, 5], 'Chlorine at L4', { unit: 'mg/L' })
    .input(where, 'AT.H4', 58, [0, 5], 'Chlorine at H4', { unit: 'mg/L' })
    .holding('network/PRV1', 'SP', 10, [0, 80], 'Low zone pressure set-point', { unit: 'm', writable })
    .input('network/PRV1', 'PI', 60, [0, 100], 'Pressure before reducing valve', { unit: 'm' })
    .input('network/PRV1', 'PO', 62, [0, 100], 'Pressure after reducing valve', { unit: 'm' })
    .input('network/PRV1', 'POS', 64, [0, 100], 'Reducing valve position', { unit: '%' })
    .command('network/B1', 'CMD', 0, 'Booster 1 command')
    .status('network/B1', 'RUN', 0, 'Booster 1 running')
    .input('network/B1', 'AMP', 70, [0, 80], 'Booster 1 current', { unit: 'A' })
    .command('network/B2', 'CMD', 1, 'Booster 2 command')
    .status('network/B2', 'RUN', 1, 'Booster 2 running')
    .input('network/B2', 'AMP', 72, [0, 80], 'Booster 2 current', { unit: 'A' }).points;
}

/** Points of the pumping station and, on the second controller, of the network. */
export const distributionPoints: readonly PlantPoint[] = [...station(), ...staging(), ...tanks(), ...zones()];
