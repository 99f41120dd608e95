import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertChange } from '../core/alert.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import { TagTable } from '../core/tag.ts';
import { chatter, chatterStart as start, expectBounded, findingOf as finding } from '../../test/support/chatter.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { openState } from '../state/state.ts';
import { AlertManager } from './manager.ts';
import { mostFindings } from './findings.ts';

const tags = new TagTable([]);
const operator = { role: 'operator', session: 's1' };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-chatter-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function aDesk() {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags });
  const kinds = (): string[] => store.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
  return { clock, store, manager, kinds, chatter: (pairs: number) => chatter(manager, clock, pairs) };
}

describe('a chattering condition', () => {
  it('costs little on disk and in memory, and ends as one alert with all its cycles', () => {
    expectBounded(dir, 3_600);
  });

  it('is raised and cleared at first, then stays raised until its condition is away long enough, and returns with the time at which it ended', () => {
    const { clock, manager, kinds, chatter, store } = aDesk();
    chatter(1);
    expect(kinds()).toEqual(['raised B', 'returned D']);
    chatter(60);
    expect(kinds().slice(0, 9)).toEqual([
      'raised B',
      'returned D',
      'recurred B',
      'returned D',
      'recurred B',
      'returned D',
      'recurred B',
      'updated B',
    ]);
    expect(manager.open()[0]).toMatchObject({ state: 'B' });
    const wentAt = clock.now() - 500;
    clock.set(clock.now() + 25_000);
    manager.tick();
    expect(kinds().at(-1)).toBe('returned D');
    expect(manager.open()[0]).toMatchObject({ state: 'D', returnedAt: wentAt, findings: [{ times: 61 }] });
    clock.set(clock.now() + 600_001);
    manager.acknowledge(manager.open()[0]?.id ?? '', operator);
    manager.tick();
    manager.take({ change: 'begin', finding: finding(99, clock.now()) });
    expect(store.changes.filter(({ kind }) => kind === 'raised')).toHaveLength(2);
  });

  it('keeps every act of an operator: after an acknowledgement, it stays acknowledged until it returns', () => {
    const { clock, manager, kinds, chatter } = aDesk();
    chatter(20);
    const { id = '' } = manager.open()[0] ?? {};
    manager.acknowledge(id, operator, 'on it');
    manager.judge(id, 'expected', operator, 'float switch');
    chatter(100);
    expect(manager.open()[0]).toMatchObject({ state: 'C', verdict: { word: 'expected', note: 'float switch' } });
    clock.set(clock.now() + 25_000);
    manager.tick();
    expect(
      kinds()
        .filter((kind) => !kind.startsWith('updated'))
        .slice(-3),
    ).toEqual(['acknowledged C', 'judged C', 'cleared A']);
  });

  it('ends after a restart if its condition was away', () => {
    const { clock, store, manager, chatter } = aDesk();
    chatter(40);
    const [before] = manager.open();
    expect(before?.state).toBe('B');
    const again = new AlertManager({ store, clock, epoch: 'e', tags });
    clock.set(clock.now() + 301_000);
    again.tick();
    expect(again.open()).toMatchObject([{ id: before?.id, state: 'D' }]);
  });

  it('does not rewrite the alert each time where another finding stays open and the one with the higher score sets the text', () => {
    const { clock, store, manager, chatter } = aDesk();
    const explanation = { ...finding(0, start).explanation, title: 'Valve stuck' };
    manager.take({ change: 'begin', finding: finding(0, start, { id: 'calm', channel: 'V1', peak: 1, explanation }) });
    clock.set(start + 1000);
    chatter(600);
    expect(store.changes.length).toBeLessThan(600 / 4);
    expect(manager.open()[0]?.findings).toMatchObject([{ id: 'calm' }, { times: 600 }]);
  });
});

describe('an alert of many findings', () => {
  it('lists a bounded number of them, first-out first, and stays in alarm until the last one ends', () => {
    const { clock, manager } = aDesk();
    const all = Array.from({ length: 60 }, (_, i) => finding(i, clock.now(), { channel: `T${i}`, tags: [`T${i}`] }));
    for (const one of all) manager.take({ change: 'begin', finding: one });
    expect(manager.open()[0]?.findings).toHaveLength(mostFindings);
    expect(manager.open()[0]?.findings[0]?.id).toBe(all[0]?.id);
    expect(manager.open()[0]).toMatchObject({ unlisted: { findings: 60 - mostFindings, open: 60 - mostFindings } });
    expect(manager.open()[0]?.tags).toHaveLength(60);
    for (const one of all) {
      expect(manager.open()[0]?.state).toBe('B');
      manager.take({ change: 'update', finding: { ...one, peak: 9 } });
      manager.take({ change: 'end', finding: { ...one, endedAt: clock.now() } });
    }
    expect(manager.open()[0]).toMatchObject({ state: 'D', unlisted: { open: 0 } });
  });
});

describe('published changes', () => {
  it('equal those that the store returns, for any findings and acts', () => {
    const act = fc.oneof(
      { weight: 8, arbitrary: fc.record({ what: fc.constant('finding' as const), channel: fc.nat(29), waitMs: fc.nat(3_000) }) },
      {
        weight: 1,
        arbitrary: fc.record({ what: fc.constantFrom('acknowledge' as const, 'judge' as const, 'restart' as const) }),
      },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('wait' as const), waitMs: fc.nat(700_000) }) },
    );
    let run = 0;
    fc.assert(
      fc.property(fc.array(act, { minLength: 50, maxLength: 150, size: 'max' }), (acts) => {
        const clock = new VirtualClock(start);
        using state = openState(join(dir, `random-${run++}`));
        const published: AlertChange[] = [];
        const opened = (): AlertManager => {
          const manager = new AlertManager({ store: state.alerts, clock, epoch: 'e', tags });
          manager.subscribe((change) => published.push(decodeJson(encodeJson(change)) as AlertChange));
          return manager;
        };
        let manager = opened();
        const open = new Map<number, Finding>();
        acts.forEach((one, number) => {
          if ('waitMs' in one) clock.set(clock.now() + one.waitMs);
          if (one.what === 'finding') {
            const { channel } = one;
            const known = open.get(channel);
            const begun = finding(number, clock.now(), { channel: `T${channel}`, equipment: `E${channel % 2}` });
            if (known === undefined) open.set(channel, begun);
            else open.delete(channel);
            manager.take(
              known === undefined
                ? { change: 'begin', finding: begun }
                : { change: 'end', finding: { ...known, endedAt: clock.now() } },
            );
          } else if (one.what === 'restart') manager = opened();
          else if (one.what !== 'wait') {
            const [alert] = manager.open();
            if (alert === undefined) return;
            if (one.what === 'judge') manager.judge(alert.id, 'false', operator, `note ${number}`);
            else manager.acknowledge(alert.id, operator);
          }
          manager.tick();
        });
        expect(state.alerts.changesAfter(0, 10_000)).toEqual(published);
        expect(manager.sequence).toBe(published.length);
      }),
      { seed: 86, numRuns: 4 },
    );
  });
});
