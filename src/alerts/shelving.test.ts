import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import type { AlertStore } from '../core/state.ts';
import { TagTable } from '../core/tag.ts';
import { openState } from '../state/state.ts';
import { AlertManager } from './manager.ts';

const start = Date.UTC(2026, 10, 25);
const hour = 3_600_000;
const operator = { role: 'operator', session: 's1', user: 'olga' };
const analyst = { role: 'analyst', session: 's2', user: 'anna' };
const tags = new TagTable([tagOf('CW.LT01', { area: 'clearwell', equipment: 'CW' })]);

let number = 0;
function finding(detector: string, more: Partial<Finding> = {}): Finding {
  return {
    id: `F${number++}`,
    detector,
    channel: 'CW.LT01',
    area: 'clearwell',
    equipment: 'CW',
    tags: ['CW.LT01'],
    since: start,
    beganAt: start,
    updatedAt: start,
    score: 2,
    peak: 2,
    certainty: { kind: 'learning' },
    explanation: { sentence: `${detector}.`, title: detector, contributions: [], normalIf: '', techniques: [] },
    ...more,
  };
}

function room(store: AlertStore = new MemoryAlerts(), at = start) {
  const clock = new VirtualClock(at);
  const manager = new AlertManager({ store, clock, epoch: 'e', tags });
  const take = (change: FindingChange['change'], of: Finding): void =>
    manager.take({ change, finding: change === 'end' ? { ...of, endedAt: clock.now() } : of });
  const pass = (ms: number): void => {
    clock.set(clock.now() + ms);
    manager.tick();
  };
  const states = (): string[] => manager.open().map(({ title, state }) => `${title} ${state}`);
  const shelve = (hours: number, once?: true): boolean => {
    const { id = '' } = manager.open()[0] ?? {};
    return manager.shelve(id, { until: clock.now() + hours * hour, once, reason: 'float hangs' }, operator);
  };
  return { clock, store, manager, take, pass, states, shelve };
}

describe('shelving', () => {
  it('hides an alert and its recurrence until its time is over, and annunciates a condition that is then present', () => {
    const { manager, take, pass, states, shelve } = room();
    const first = finding('frozen');
    take('begin', first);
    expect(shelve(8)).toBe(true);
    expect(manager.open()[0]).toMatchObject({
      state: 'G',
      shelf: { at: start, until: start + 8 * hour, by: operator, reason: 'float hangs', findings: ['frozen CW.LT01'] },
    });
    pass(hour);
    take('end', first);
    // longer than findings are joined without shelving
    pass(4 * hour);
    take('begin', finding('frozen'));
    expect(states()).toEqual(['frozen G']);
    pass(2 * hour);
    expect(states()).toEqual(['frozen G']);
    pass(hour);
    expect(states()).toEqual(['frozen B']);
    expect(manager.open()[0]?.shelf).toBeUndefined();
  });

  it('closes an alert whose condition is over at the end of the time', () => {
    const { take, pass, states, shelve } = room();
    const first = finding('frozen');
    take('begin', first);
    shelve(1);
    take('end', first);
    pass(hour);
    expect(states()).toEqual([]);
  });

  it('raises an alert for anything that was not shelved, at the same place', () => {
    const { take, states, shelve } = room();
    take('begin', finding('frozen'));
    shelve(8);
    take('begin', finding('range'));
    take('begin', finding('frozen', { alarm: { priority: 1, response: 'Stop the inflow.' } }));
    expect(states()).toEqual(['frozen G', 'frozen B']);
    take('begin', finding('frozen', { channel: 'CW.LT02' }));
    expect(states()).toEqual(['frozen G', 'frozen B']);
  });

  it('annunciates a shelved finding that becomes more urgent', () => {
    const { take, states, shelve } = room();
    const first = finding('limits', { alarm: { priority: 3, response: 'Look.' } });
    take('begin', first);
    shelve(8);
    take('update', { ...first, alarm: { priority: 1, response: 'Stop the inflow.' } });
    expect(states()).toEqual(['limits B']);
  });

  it('ends with the condition if it is one-shot, and is refused without a condition', () => {
    const { manager, take, states, shelve } = room();
    const first = finding('frozen');
    take('begin', first);
    expect(shelve(8, true)).toBe(true);
    take('end', first);
    expect(states()).toEqual([]);
    take('begin', first);
    take('end', first);
    expect(states()).toEqual(['frozen D']);
    expect(shelve(8, true)).toBe(false);
    expect(() => manager.shelve('ALT-9', { until: start + hour, reason: 'x' }, operator)).toThrow(RangeError);
  });

  it('cannot be acknowledged, and can be ended', () => {
    const { manager, take, states, shelve } = room();
    take('begin', finding('frozen'));
    shelve(8);
    const { id = '' } = manager.open()[0] ?? {};
    manager.acknowledge(id, operator);
    expect(states()).toEqual(['frozen G']);
    expect(manager.open()[0]?.acknowledgedAt).toBeUndefined();
    expect(manager.unshelve(id, operator)).toBe(true);
    expect(states()).toEqual(['frozen B']);
    expect(manager.unshelve(id, operator)).toBe(false);
  });

  it('is on disk with its reason and user, in the audit trail too, and continues after a restart', () => {
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-shelving-'));
    try {
      {
        using state = openState(dir);
        const { take, shelve } = room(state.alerts);
        take('begin', finding('frozen'));
        shelve(8);
      }
      using state = openState(dir);
      const { states, take, pass } = room(state.alerts, start + hour);
      take('begin', finding('frozen'));
      expect(states()).toEqual(['frozen G']);
      pass(7 * hour);
      expect(states()).toEqual(['frozen B']);
      const acts = state.audit
        .read({ limit: 9 })
        .map(({ action, user, before, after, reason }) => [action, user, before, after, reason]);
      expect(acts).toEqual([
        ['alert.unshelved', undefined, 'G', 'B', undefined],
        ['alert.shelved', 'olga', 'B', 'G', 'float hangs'],
        ['alert.raised', undefined, undefined, 'B', undefined],
      ]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('an incident', () => {
  it('keeps comments and triage in its first alert, with who and when, also after its end', async () => {
    const { manager, take, pass, store } = room();
    const first = finding('frozen');
    take('begin', first);
    const { id = '', incident = '' } = manager.open()[0] ?? {};
    manager.comment(incident, operator, 'looks like the float');
    manager.triage(incident, { state: 'in progress', assignee: analyst }, analyst);
    manager.acknowledge(id, operator);
    take('end', first);
    pass(hour);
    manager.triage(incident, { state: 'done' }, analyst);
    manager.comment(incident, analyst, 'float replaced');
    const stored = await store.get(id);
    expect(stored).toMatchObject({
      state: 'A',
      comments: 2,
      acknowledgedBy: operator,
      triage: { state: 'done', by: analyst },
    });
    expect(stored?.triage).not.toHaveProperty('assignee');
    const changes = await manager.actsOf(incident, { limit: 9 });
    const acts = changes.map(({ kind, by, note }) => [kind, by.role, note]);
    expect(acts).toContainEqual(['commented', 'analyst', 'float replaced']);
    expect(manager.open()).toEqual([]);
    expect(() => manager.comment('INC-9', operator, 'x')).toThrow(RangeError);
  });
});

describe('an intrusion', () => {
  const write = finding('traffic', {
    explanation: {
      sentence: 'A new client writes.',
      title: 'A new client writes',
      contributions: [],
      normalIf: '',
      techniques: ['T1692.001'],
      seen: ['T1692.001'],
    },
  });

  it('latches until an acknowledgement and a reset, in any of its findings', async () => {
    const { manager, take, pass, states } = room();
    take('begin', finding('range', { id: 'R' }));
    take('begin', write);
    take('end', write);
    take('end', finding('range', { id: 'R' }));
    expect(states()).toEqual(['range E']);
    const { id = '' } = manager.open()[0] ?? {};
    expect(manager.reset(id, analyst)).toBe(false);
    manager.acknowledge(id, operator);
    pass(48 * hour);
    expect(states()).toEqual(['range F']);
    expect(manager.reset(id, analyst, 'laptop of the vendor')).toBe(true);
    expect(states()).toEqual([]);
    expect(await manager.changesOf(id, { limit: 1 })).toMatchObject([
      { kind: 'reset', by: analyst, note: 'laptop of the vendor' },
    ]);
  });

  it('of which the technique is only possible does not latch', () => {
    const { take, states } = room();
    const possible = { ...write, id: 'P', explanation: { ...write.explanation, seen: [] } };
    take('begin', possible);
    take('end', possible);
    expect(states()).toEqual(['A new client writes D']);
  });
});
