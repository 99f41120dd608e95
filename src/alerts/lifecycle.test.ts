import { describe, expect, it } from 'vitest';
import type { AlertState } from '../core/alert.ts';
import { type LifecycleStep, nextState } from './lifecycle.ts';

/** ISA-18.2 as in the table of the operations reference: state, step, process in alarm, latching → state. */
const table: readonly [AlertState, LifecycleStep, boolean, boolean, AlertState][] = [
  ['A', 'occur', true, false, 'B'],
  ['B', 'acknowledge', true, false, 'C'],
  ['B', 'return', false, false, 'D'],
  ['B', 'return', false, true, 'E'],
  ['C', 'return', false, false, 'A'],
  ['C', 'return', false, true, 'F'],
  ['C', 'occur', true, false, 'C'],
  ['D', 'acknowledge', false, false, 'A'],
  ['D', 'occur', true, false, 'B'],
  ['E', 'acknowledge', false, true, 'F'],
  ['E', 'occur', true, true, 'B'],
  ['F', 'reset', false, true, 'A'],
  ['F', 'occur', true, true, 'B'],
  ['B', 'shelve', true, false, 'G'],
  ['C', 'suppress', true, false, 'H'],
  ['D', 'remove-from-service', false, false, 'I'],
  ['G', 'release', true, false, 'B'],
  ['G', 'release', false, false, 'A'],
  ['H', 'release', true, false, 'B'],
  ['I', 'release', false, false, 'A'],
  ['G', 'occur', true, false, 'G'],
  ['G', 'acknowledge', true, false, 'G'],
  ['A', 'acknowledge', false, false, 'A'],
  ['B', 'reset', true, false, 'B'],
];

describe('the life cycle of ISA-18.2', () => {
  it.each(table)('%s, %s (in alarm %s, latching %s) → %s', (state, step, inAlarm, latching, after) => {
    expect(nextState(state, step, inAlarm, { latching })).toBe(after);
  });
});
