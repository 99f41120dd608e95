import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { keepIn } from '../../test/support/keep-in.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { memoryMaintenanceStore } from '../../test/support/memory-maintenance.ts';
import { SetClock } from '../../test/support/set-clock.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { type AlarmSettings, defaultJoinMs } from '../core/alarm-settings.ts';
import { parseReturn } from '../core/return-condition.ts';
import { Quality } from '../core/quality.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';
import { Delays } from './delays.ts';
import { Maintenance } from './maintenance.ts';
import { ReturnWaits } from './return-waits.ts';

const start = Date.UTC(2026, 10, 25);
const minute = 60_000;
const operator = { role: 'operator', session: 's1' };
const tags = new TagTable([tagOf('CW.LT01', { area: 'clearwell', equipment: 'CW', device: 'plc1' })]);
const rationale = { record: 'R', consequence: '', cause: '' } as never;
const alarm = { priority: 2 as const, response: 'Check the inflow.' };

type Step = readonly [atS: number, byMs: number];
const sizes = [250, 1_000, 10 * minute, 60 * minute, 365 * 24 * 60 * minute];
/** Steps back for good, and errors of a moment in both directions. */
const courses: readonly (readonly Step[])[] = sizes.flatMap((ms) => [
  [[100, -ms]],
  [
    [100, ms],
    [105, -ms],
  ],
  [
    [100, -ms],
    [105, ms],
  ],
  [
    [100, -ms],
    [150, -ms],
    [200, -ms],
  ],
]);

function room(steps: readonly Step[], settings: Partial<AlarmSettings> = {}) {
  const clock = new SetClock(start);
  const store = new MemoryAlerts();
  const audit = { append: () => {}, read: () => [] };
  const kept = memoryMaintenanceStore();
  const keep = keepIn({ maintenance: kept, audit });
  const maintenance = new Maintenance({
    store: kept,
    audit,
    keep,
    tags,
    devices: ['plc1'],
    clock,
    timeZone: 'UTC',
    onChange: () => {},
  });
  const latest = {
    value: new Float64Array([1]),
    quality: new Uint32Array([Quality.Good]),
    receiveTime: new Float64Array([start]),
  };
  const conditionOf = () => ({ all: parseReturn('CW.LT01 above 0') ?? [], delayMs: 4 * minute });
  const returns = new ReturnWaits({ tags, latest, clock, conditionOf });
  const all = { realarm: [], escalate: [], delays: [], suppress: [], joinMs: defaultJoinMs, ...settings };
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, maintenance, returns, settings: all });
  const delays = new Delays(all.delays, clock, (change) => manager.take(change));
  const finding = (more: object = {}) => tagFinding(tags, 'CW.LT01', start, { alarm, ...more });
  /** Seconds until the first change of a kind. */
  const secondsTo = (kind: string, mostS = 3_600): number => {
    for (let second = 1; second <= mostS; second++) {
      clock.pass(1_000);
      delays.tick();
      manager.tick();
      if (store.changes.some((change) => change.kind === kind)) return second;
      for (const [at, by] of steps) if (at === second) clock.offsetMs += by;
    }
    return Number.POSITIVE_INFINITY;
  };
  return { clock, store, manager, delays, maintenance, finding, secondsTo };
}

/** Time from the begin of each to its end, s. The clock may be set meanwhile. */
const cases: Readonly<Record<string, (steps: readonly Step[]) => number>> = {
  'a shelf': (steps) => {
    const { manager, finding, secondsTo } = room(steps);
    manager.take({ change: 'begin', finding: finding() });
    manager.shelve('ALT-000001', { until: start + 20 * minute, reason: 'float hangs' }, operator);
    return secondsTo('unshelved');
  },
  maintenance: (steps) => {
    const { manager, maintenance, finding, secondsTo } = room(steps);
    maintenance.begin({ kind: 'equipment', id: 'CW' }, start + 20 * minute, operator, 'float is changed');
    manager.take({ change: 'begin', finding: finding() });
    return secondsTo('released');
  },
  'an on-delay': (steps) => {
    const { delays, finding, secondsTo } = room(steps, { delays: [{ onMs: 4 * minute, offMs: 0 }] });
    delays.take({ change: 'begin', finding: finding() });
    return secondsTo('raised');
  },
  'an off-delay': (steps) => {
    const { delays, finding, secondsTo } = room(steps, { delays: [{ onMs: 0, offMs: 4 * minute }] });
    const one = finding();
    delays.take({ change: 'begin', finding: one });
    delays.take({ change: 'end', finding: { ...one, endedAt: start } });
    return secondsTo('returned');
  },
  'a re-alarm': (steps) => {
    const { manager, finding, secondsTo } = room(steps, { realarm: [{ priority: 2, afterMs: 20 * minute }] });
    manager.take({ change: 'begin', finding: finding() });
    manager.acknowledge('ALT-000001', operator);
    return secondsTo('realarmed');
  },
  'an escalation': (steps) => {
    const { manager, finding, secondsTo } = room(steps, { escalate: [{ priority: 2, afterMs: 20 * minute, to: 'engineer' }] });
    manager.take({ change: 'begin', finding: finding() });
    return secondsTo('escalated');
  },
  'the hold of an intrusion': (steps) => {
    const { manager, finding, secondsTo } = room(steps);
    const explanation = { sentence: 's', title: 't', contributions: [], normalIf: '', techniques: [], seen: ['T0843'] };
    const act = finding({ network: true, device: 'plc1', alarm: undefined, explanation });
    manager.take({ change: 'begin', finding: act });
    manager.take({ change: 'end', finding: { ...act, endedAt: start } });
    return secondsTo('returned');
  },
  'a return condition': (steps) => {
    const { manager, finding, secondsTo } = room(steps);
    const one = finding({ alarm: { ...alarm, rationale } });
    manager.take({ change: 'begin', finding: one });
    manager.tick();
    manager.take({ change: 'end', finding: { ...one, endedAt: start } });
    return secondsTo('returned');
  },
  'a finding of an earlier run': (steps) => {
    const { store, clock, manager, finding } = room(steps);
    manager.take({ change: 'begin', finding: finding() });
    const again = new AlertManager({ store, clock, epoch: 'f', tags });
    for (let second = 1; second <= 3_600; second++) {
      clock.pass(1_000);
      again.tick();
      if (store.changes.some(({ kind }) => kind === 'returned')) return second;
      for (const [at, by] of steps) if (at === second) clock.offsetMs += by;
    }
    return Number.POSITIVE_INFINITY;
  },
};

describe('a clock that is set', () => {
  it.each(Object.keys(cases))('does not end, shorten or lengthen %s', (name) => {
    const lasts = cases[name] as (steps: readonly Step[]) => number;
    const usual = lasts([]);
    expect(usual).toBeGreaterThan(100);
    expect(usual).toBeLessThan(3_600);
    for (const steps of courses) expect([steps, lasts(steps)]).toEqual([steps, usual]);
  });

  it('an alert of a place that this run cannot read stays in alarm after a restart, an act on the network returns', () => {
    const { store, clock, manager, finding } = room([]);
    manager.take({ change: 'begin', finding: finding() });
    manager.take({ change: 'begin', finding: finding({ id: 'F2', tags: [], equipment: '', device: 'plc1' }) });
    manager.take({ change: 'begin', finding: finding({ id: 'F3', tags: [], equipment: '', device: 'plc1', network: true }) });
    const quality = new Uint32Array([Quality.BadWaitingForInitialData]);
    const again = new AlertManager({ store, clock, epoch: 'f', tags, latest: { value: new Float64Array(1), quality } });
    const pass = (): string[] => {
      for (let second = 0; second < 400; second++) {
        clock.pass(1_000);
        again.tick();
      }
      return store.all().map(({ state }) => state);
    };
    expect(pass()).toEqual(['B', 'B', 'D']);
    quality[0] = Quality.Good;
    expect(pass()).toEqual(['D', 'D', 'D']);
  });
});
