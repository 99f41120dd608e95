import { expect, test } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { quantityOf } from './quantity.ts';

test.each([
  ['flow', 'RW.FT01', 'L/s', 'Raw water flow'],
  ['flow', 'HEATER', 'kW', 'Heater power'],
  ['level', 'CW.LT01', 'm', 'Clearwell level 1'],
  ['level', 'TANK_LI_4', '%', ''],
  ['level', 'V1', 'm³', 'Stored volume'],
  ['level', 'T9', 'm', 'Suction tank level'],
  ['pressure', 'PS.PT01', 'm', 'Suction pressure'],
  ['pressure', 'PS.PT01', 'm', ''],
  ['pressure', 'FL1.HL', 'm', 'Filter 1 head loss'],
  ['pressure', 'LT01', 'bar', 'Level by bottom pressure'],
  ['speed', 'P1.SPD', '%', 'Pump 1 speed'],
  ['speed', 'M1', 'rpm', ''],
  ['other', 'PRV1.POS', '%', 'Reducing valve position'],
  ['other', 'RW.TU01', 'NTU', 'Raw water turbidity at level 2'],
  ['other', 'X', '', ''],
])('a %s: %s in %s, %s', (quantity, name, unit, description) => {
  expect(quantityOf(tagOf(name, { unit, description }))).toBe(quantity);
});

test('a discrete tag has no quantity', () => {
  expect(quantityOf(tagOf('LT01', { kind: 'discrete', unit: 'm', description: 'High level' }))).toBe('other');
});
