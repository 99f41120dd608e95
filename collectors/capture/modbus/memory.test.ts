import { expect, it } from 'vitest';
import { words } from '../../../test/support/modbus-wire.ts';
import { RegisterMemory } from './memory.ts';

it('keeps the most recently used pages, and counts evicted ones', () => {
  const memory = new RegisterMemory(4);
  const endpoint = memory.endpoint('10.0.0.1', 502);
  const store = (start: number): void => memory.store(endpoint, 1, { table: 'holding', start, count: 1 }, words(start));
  for (let page = 0; page < 20; page++) {
    store(128 * page);
    expect(memory.recall(endpoint, 1, 'holding', 0)).toBe(0);
  }
  expect(memory.recall(endpoint, 1, 'holding', 128)).toBeUndefined();
  expect(memory.recall(endpoint, 1, 'holding', 128 * 19)).toBe(128 * 19);
  expect(memory.size).toBeLessThanOrEqual(4);
  expect(memory.size + memory.evicted).toBe(20);
});

it('separates servers, units and tables, and crosses pages', () => {
  const memory = new RegisterMemory();
  const [one, other] = [memory.endpoint('10.0.0.1', 502), memory.endpoint('10.0.0.1', 503)];
  memory.store(one, 1, { table: 'holding', start: 126, count: 4 }, words(1, 2, 3, 4));
  memory.store(one, 1, { table: 'input', start: 0, count: 1 }, words(9));
  expect([126, 127, 128, 129, 130].map((at) => memory.recall(one, 1, 'holding', at))).toEqual([1, 2, 3, 4, undefined]);
  expect(memory.recall(other, 1, 'holding', 126)).toBeUndefined();
  expect(memory.recall(one, 2, 'holding', 126)).toBeUndefined();
  expect(memory.recall(one, 1, 'coil', 126)).toBeUndefined();
  expect(memory.recall(one, 1, 'holding', 0)).toBeUndefined();
});
