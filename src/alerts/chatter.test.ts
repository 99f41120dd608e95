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
import { AlertDesk } from './desk.ts';
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
  const desk = new AlertDesk({ store, clock, epoch: 'e', tags });
  const kinds = (): string[] => store.changes.map(({ kind, alert }) => `${kind} ${alert.state}`);
  return { clock, store, desk, kinds, chatter: (pairs: number) => chatter(desk, clock, pairs) };
}

describe('a chattering condition', () => {
  it('costs little on disk and in memory, and ends as one alert with all its cycles', () => {
    expectBounded(dir, 3_600);
  });

  it('is raised and returns at once at first, then stays raised until it is away long enough, and returns with the time at which it went', () => {
    const { clock, desk, kinds, chatter, store } = aDesk();
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
    expect(desk.open()[0]).toMatchObject({ state: 'B' });
    const wentAt = clock.now() - 500;
    clock.set(clock.now() + 25_000);
    desk.tick();
    expect(kinds().at(-1)).toBe('returned D');
    expect(desk.open()[0]).toMatchObject({ state: 'D', returnedAt: wentAt, findings: [{ times: 61 }] });
    clock.set(clock.now() + 600_001);
    desk.acknowledge(desk.open()[0]?.id ?? '', operator);
    desk.tick();
    desk.take({ change: 'begin', finding: finding(99, clock.now()) });
    expect(store.changes.filter(({ kind }) => kind === 'raised')).toHaveLength(2);
  });

  it('keeps every act of an operator: acknowledged once, it stays acknowledged until it returns', () => {
    const { clock, desk, kinds, chatter } = aDesk();
    chatter(20);
    const { id = '' } = desk.open()[0] ?? {};
    desk.acknowledge(id, operator, 'on it');
    desk.judge(id, 'expected', operator, 'float switch');
    chatter(100);
    expect(desk.open()[0]).toMatchObject({ state: 'C', verdict: { word: 'expected', note: 'float switch' } });
    clock.set(clock.now() + 25_000);
    desk.tick();
    expect(
      kinds()
        .filter((kind) => !kind.startsWith('updated'))
        .slice(-3),
    ).toEqual(['acknowledged C', 'judged C', 'cleared A']);
  });

  it('is over after a restart while its condition was away', () => {
    const { clock, store, desk, chatter } = aDesk();
    chatter(40);
    const [before] = desk.open();
    expect(before?.state).toBe('B');
    const again = new AlertDesk({ store, clock, epoch: 'e', tags });
    clock.set(clock.now() + 301_000);
    again.tick();
    expect(again.open()).toMatchObject([{ id: before?.id, state: 'D' }]);
  });

  it('does not rewrite the alert each time where another finding stays open and the one with the higher score sets the text', () => {
    const { clock, store, desk, chatter } = aDesk();
    const explanation = { ...finding(0, start).explanation, title: 'Valve stuck' };
    desk.take({ change: 'begin', finding: finding(0, start, { id: 'calm', channel: 'V1', peak: 1, explanation }) });
    clock.set(start + 1000);
    chatter(600);
    expect(store.changes.length).toBeLessThan(600 / 4);
    expect(desk.open()[0]?.findings).toMatchObject([{ id: 'calm' }, { times: 600 }]);
  });
});

describe('an alert of many findings', () => {
  it('lists a bounded number of them, first-out first, and stays in alarm until the last one ends', () => {
    const { clock, desk } = aDesk();
    const all = Array.from({ length: 60 }, (_, i) => finding(i, clock.now(), { channel: `T${i}`, tags: [`T${i}`] }));
    for (const one of all) desk.take({ change: 'begin', finding: one });
    expect(desk.open()[0]?.findings).toHaveLength(mostFindings);
    expect(desk.open()[0]?.findings[0]?.id).toBe(all[0]?.id);
    expect(desk.open()[0]).toMatchObject({ unlisted: { findings: 60 - mostFindings, open: 60 - mostFindings } });
    expect(desk.open()[0]?.tags).toHaveLength(60);
    for (const one of all) {
      expect(desk.open()[0]?.state).toBe('B');
      desk.take({ change: 'update', finding: { ...one, peak: 9 } });
      desk.take({ change: 'end', finding: { ...one, endedAt: clock.now() } });
    }
    expect(desk.open()[0]).toMatchObject({ state: 'D', unlisted: { open: 0 } });
  });
});

describe('published changes', () => {
  it('are what the store gives back, whatever findings and operators do', () => {
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
        const opened = (): AlertDesk => {
          const desk = new AlertDesk({ store: state.alerts, clock, epoch: 'e', tags });
          desk.subscribe((change) => published.push(decodeJson(encodeJson(change)) as AlertChange));
          return desk;
        };
        let desk = opened();
        const open = new Map<number, Finding>();
        acts.forEach((one, number) => {
          if ('waitMs' in one) clock.set(clock.now() + one.waitMs);
          if (one.what === 'finding') {
            const { channel } = one;
            const known = open.get(channel);
            const begun = finding(number, clock.now(), { channel: `T${channel}`, equipment: `E${channel % 2}` });
            if (known === undefined) open.set(channel, begun);
            else open.delete(channel);
            desk.take(
              known === undefined
                ? { change: 'begin', finding: begun }
                : { change: 'end', finding: { ...known, endedAt: clock.now() } },
            );
          } else if (one.what === 'restart') desk = opened();
          else if (one.what !== 'wait') {
            const [alert] = desk.open();
            if (alert === undefined) return;
            if (one.what === 'judge') desk.judge(alert.id, 'false', operator, `note ${number}`);
            else desk.acknowledge(alert.id, operator);
          }
          desk.tick();
        });
        expect(state.alerts.changesAfter(0, 10_000)).toEqual(published);
        expect(desk.sequence).toBe(published.length);
      }),
      { seed: 86, numRuns: 4 },
    );
  });
});
