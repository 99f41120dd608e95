import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;
const word = { type: 'uint16' } as const;

function intake(): PlantPoint[] {
  const rows = new Rows('plc1')
    .input('intake/RW', 'LT01', 0, [0, 6], 'River level', { unit: 'm' })
    .input('intake/RW', 'FT01', 2, [0, 250], 'Raw water flow', { unit: 'L/s' })
    .input('intake/RW', 'TU01', 4, [0, 400], 'Raw water turbidity', { unit: 'NTU' })
    .input('intake/RW', 'TE01', 6, [0, 30], 'Raw water temperature', { unit: '°C' })
    .input('intake/RW', 'PH01', 8, [5, 10], 'Raw water pH')
    .input('intake/RW', 'CD01', 10, [0, 1000], 'Raw water conductivity', { unit: 'µS/cm' });
  for (const n of [1, 2]) {
    const where = `intake/RW.P${n}`;
    rows
      .input(where, 'SPD', 12 + 4 * (n - 1), [0, 110], `Intake pump ${n} speed`, { unit: '%' })
      .input(where, 'AMP', 14 + 4 * (n - 1), [0, 120], `Intake pump ${n} current`, { unit: 'A' })
      .status(where, 'RUN', n - 1, `Intake pump ${n} running`);
  }
  return rows.points;
}

function coagulation(): PlantPoint[] {
  const where = 'treatment/CG';
  return new Rows('plc1')
    .holding(where, 'ALSP', 0, [0, 80], 'Alum dose set-point', { unit: 'mg/L', writable })
    .holding(where, 'TRIM', 7, [-15, 15], 'Alum trim from jar test', { unit: '%', writable })
    .holding(where, 'MODE', 9, [0, 1], 'Alum dosing mode', { ...word, writable })
    .input(where, 'ALDOSE', 20, [0, 80], 'Alum dose', { unit: 'mg/L' })
    .input(where, 'PH02', 22, [5, 10], 'pH after coagulation')
    .input(where, 'MIX', 24, [0, 200], 'Rapid mixer speed', { unit: 'rpm' })
    .input(where, 'ALTK', 26, [0, 100], 'Alum tank level', { unit: '%' })
    .input(where, 'LIME', 28, [0, 40], 'Lime dose', { unit: 'mg/L' })
    .input('treatment/ST', 'TU02', 30, [0, 20], 'Settled water turbidity', { unit: 'NTU' }).points;
}

function filters(): PlantPoint[] {
  const rows = new Rows('plc1');
  for (const n of [1, 2, 3, 4]) {
    const where = `treatment/FL${n}`;
    const input = 40 + 8 * (n - 1);
    const holding = 40 + 4 * (n - 1);
    rows
      .input(where, 'HL', input, [0, 4], `Filter ${n} head loss`, { unit: 'm' })
      .input(where, 'TU', input + 2, [0, 5], `Filter ${n} turbidity`, { unit: 'NTU' })
      .input(where, 'FT', input + 4, [0, 80], `Filter ${n} flow`, { unit: 'L/s' })
      .input(where, 'LV', input + 6, [0, 3], `Filter ${n} water level`, { unit: 'm' })
      .holding(where, 'ST', holding, [0, 7], `Filter ${n} step`, word)
      .holding(where, 'RT', holding + 1, [0, 100], `Filter ${n} run time`, { type: 'uint16', unit: 'h', scale: 0.1 })
      .holding(where, 'VLV', holding + 2, [0, 63], `Filter ${n} valves: in, out, drain, wash, air, waste`, word);
  }
  return rows
    .input('treatment/BW', 'FT', 76, [0, 250], 'Wash water flow', { unit: 'L/s' })
    .status('treatment/BW', 'P1.RUN', 8, 'Wash pump running')
    .status('treatment/BW', 'B1.RUN', 9, 'Air blower running')
    .holding('treatment/BW', 'REQ', 60, [0, 15], 'Wash requests, one bit per filter', { ...word, writable }).points;
}

function chlorination(): PlantPoint[] {
  const where = 'treatment/CL';
  return new Rows('plc1', true)
    .input(where, 'AT01', 80, [0, 5], 'Chlorine at contact outlet', { unit: 'mg/L' })
    .input(where, 'AT02', 82, [0, 5], 'Chlorine to network', { unit: 'mg/L' })
    .input(where, 'OP', 84, [0, 5], 'Chlorine dose', { unit: 'mg/L' })
    .input(where, 'TK', 86, [0, 100], 'Hypochlorite tank level', { unit: '%' })
    .holding(where, 'SP', 2, [0, 5], 'Chlorine set-point at contact outlet', { unit: 'mg/L', writable })
    .holding(where, 'MODE', 4, [0, 1], 'Chlorine dosing mode', { ...word, writable })
    .holding(where, 'OPM', 5, [0, 5], 'Chlorine dose in manual', { unit: 'mg/L', writable })
    .status(where, 'P1.RUN', 10, 'Hypochlorite pump 1 running')
    .status(where, 'P2.RUN', 11, 'Hypochlorite pump 2 running').points;
}

function clearwell(): PlantPoint[] {
  const where = 'clearwell/CW';
  return new Rows('plc1', true)
    .input(where, 'LT01', 90, [0, 5], 'Clearwell level 1', { unit: 'm' })
    .input(where, 'LT02', 92, [0, 5], 'Clearwell level 2', { unit: 'm' })
    .input(where, 'TU03', 94, [0, 5], 'Clearwell turbidity', { unit: 'NTU' })
    .input(where, 'PH03', 96, [5, 10], 'Clearwell pH')
    .input(where, 'CTR', 98, [0, 50], 'Disinfection: CT over required CT').points;
}

/** Points of the process PLC up to the clearwell. */
export const treatmentPoints: readonly PlantPoint[] = [
  ...intake(),
  ...coagulation(),
  ...filters(),
  ...chlorination(),
  ...clearwell(),
];
