import { expect, it } from 'vitest';
import { exceptionName, functionName, modbusFunction } from './functions.ts';

it('classifies every code', () => {
  const ranges = Map.groupBy(
    Array.from({ length: 256 }, (_, code) => code),
    (code) => modbusFunction(code).range,
  );
  expect(ranges.get('public')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43]);
  expect(ranges.get('user')).toEqual([65, 66, 67, 68, 69, 70, 71, 72, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
  expect(ranges.get('reserved')).toEqual([9, 10, 13, 14, 41, 42, 90, 91, 125, 126, 127]);
  expect(ranges.get('invalid')).toEqual([0, ...Array.from({ length: 128 }, (_, i) => 128 + i)]);
});

it('names requests and refusals', () => {
  expect(functionName(8, 4)).toBe('Diagnostics: Force Listen Only Mode');
  expect(functionName(8, 99)).toBe('Diagnostics: reserved 99');
  expect(functionName(43, 14)).toBe('Encapsulated Interface Transport: Read Device Identification');
  expect([90, 100, 30].map((code) => functionName(code))).toEqual([
    'reserved function 90',
    'user-defined function 100',
    'unassigned function 30',
  ]);
  expect([2, 7].map(exceptionName)).toEqual(['illegal data address', 'not in the specification']);
});

it('classifies writes', () => {
  expect([5, 6, 15, 16, 21, 22, 23].every((code) => modbusFunction(code).writes)).toBe(true);
  expect([1, 3, 8, 20, 43, 90].some((code) => modbusFunction(code).writes)).toBe(false);
});
