import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';

const start = Date.UTC(2026, 10, 29, 6);
const minute = 60_000;
const tags = new TagTable([
  tagOf('PS.P1.CMD', { area: 'pumping', equipment: 'PS.P1', device: 'plc1' }),
  tagOf('PS.P1.KW', { area: 'pumping', equipment: 'PS.P1', device: 'plc1' }),
  tagOf('CW.LT', { area: 'treatment', equipment: 'CW', device: 'plc1' }),
]);
const text = { sentence: 's', title: 't', contributions: [], normalIf: '', techniques: ['T1692.001'] };
const write: Finding = {
  ...tagFinding(tags, 'PS.P1.CMD', start, { explanation: { ...text, seen: text.techniques } }),
  detector: 'traffic',
  device: 'plc1',
  network: true,
  area: '',
  equipment: '',
};
const power = tagFinding(tags, 'PS.P1.KW', start);
const frozen: Finding = { ...tagFinding(tags, 'CW.LT', start), detector: 'frozen', signal: true };

/**
 * Writes to the pump, or another cause, and its power, which changes at the given minutes in turn; the states of its alert, or of another
 * one, minute by minute.
 */
function statesOf(causeUntil: number, changes: readonly number[], lastMin: number, cause = write, equipment = 'PS.P1'): string {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags });
  manager.useInfluences([{ tags: ['CW.LT', 'PS.P1.KW'] }]);
  manager.take({ change: 'begin', finding: cause });
  let isPresent = false;
  const states: string[] = [];
  for (let min = 0; min <= lastMin; min++) {
    clock.set(start + min * minute);
    if (min === causeUntil) manager.take({ change: 'end', finding: { ...cause, endedAt: clock.now() } });
    if (changes.includes(min)) {
      isPresent = !isPresent;
      const own = { ...power, id: `P${changes.indexOf(min) >> 1}`, updatedAt: clock.now() };
      manager.take(isPresent ? { change: 'begin', finding: own } : { change: 'end', finding: { ...own, endedAt: clock.now() } });
    }
    manager.tick();
    states.push(store.all().find((alert) => alert.equipment === equipment)?.state ?? '-');
  }
  expect(new Set(store.all().map(({ incident }) => incident)).size).toBe(1);
  return states.join('');
}

it('an alert does not flicker while a client attacks, and returns with the end of the attack or after the join gap', () => {
  expect(statesOf(99, [1, 2, 6, 7, 12, 13], 15)).toBe('-BBBBBBBBBBBBBBB');
  expect(statesOf(5, [1, 2], 8)).toBe('-BBBBDDDD');
  expect(statesOf(99, [1, 2], 13)).toBe('-BBBBBBBBBBBDD');
});

it('what an intruder did is not back to normal as soon as the client is silent', () => {
  const writes = [{ client: '10.0.0.66', tag: 'PS.P1.CMD', after: 0, change: '1 → 0' }];
  const written = { ...write, explanation: { ...write.explanation, writes } };
  expect(statesOf(2, [], 13, written, '')).toBe('BBBBBBBBBBBBEE');
  expect(statesOf(2, [], 13, write, '')).toBe('BBBBBBBBBBBBEE');
  const unknown = { ...write, explanation: { ...write.explanation, seen: [] } };
  expect(statesOf(2, [], 4, unknown, '')).toMatch(/^BB[DE]{3}$/);
});

it('what a controller does by a false signal does not flicker while the signal is false', () => {
  expect(statesOf(99, [1, 2, 6, 7], 9, frozen)).toBe('-BBBBBBBBB');
  expect(statesOf(5, [1, 2], 8, frozen)).toBe('-BBBBDDDD');
  // a level that is low without being false explains nothing that comes and goes
  expect(statesOf(99, [1, 2, 6, 7], 8, { ...frozen, detector: 'range', signal: undefined })).toBe('-BDDDDBDD');
});

it('without an attack in its incident it returns at once', () => {
  expect(statesOf(0, [1, 2, 6, 7], 8)).toBe('-BDDDDBDD');
});
