import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from '../testing/browser.ts';
import { FakeAlerts } from '../testing/fake-alerts.ts';
import { FakeMonitor } from '../testing/fake-monitor.ts';
import { aBench, type Bench } from '../testing/setup.ts';

let bench: Bench;
let alerts: FakeAlerts;
let viewer: Browser;

beforeEach(async () => {
  alerts = new FakeAlerts('epoch-1', 50);
  bench = await aBench({ view: new FakeMonitor({ alerts }) });
  viewer = await bench.as('viewer');
});
afterEach(async () => bench[Symbol.asyncDispose]());

/** Applies the messages that a page has received. Throws if a change is missing. */
function stateOf(page: Page): { epoch: string; sequence: number; states: Record<string, string> } {
  const states = new Map<string, string>();
  let epoch = '';
  let sequence = -1;
  for (const message of page.messages) {
    if (message.type === 'alert-snapshot') {
      if (message.first) states.clear();
      for (const alert of message.alerts) states.set(alert.id, alert.state);
      ({ epoch, sequence } = message);
    }
    if (message.type !== 'alert-changes') continue;
    for (const change of message.changes) {
      if (sequence !== -1 && change.sequence !== sequence + 1) throw new Error(`gap after ${sequence}: ${change.sequence}`);
      ({ sequence } = change);
      states.set(change.alert.id, change.alert.state);
    }
  }
  return { epoch, sequence, states: Object.fromEntries(states) };
}

async function resumed(epoch?: string, sequence?: number): Promise<Page> {
  const page = await viewer.open();
  page.send({ type: 'resume', epoch, sequence });
  await page.settled();
  return page;
}

describe('the alert stream', () => {
  it('sends nothing before a resume', async () => {
    const page = await viewer.open();
    alerts.change('ALT-1', 'B', 'raised');
    await page.settled();
    expect(page.messages.filter(({ type }) => type.startsWith('alert'))).toEqual([]);
  });

  it('starts with a snapshot of open alerts and continues with changes at once', async () => {
    alerts.change('ALT-1', 'B', 'raised');
    alerts.change('ALT-2', 'B', 'raised');
    alerts.change('ALT-2', 'A', 'cleared');
    const page = await resumed();
    expect(page.of('alert-snapshot')).toMatchObject([
      { recovered: false, epoch: 'epoch-1', sequence: 3, first: true, last: true },
    ]);
    alerts.change('ALT-1', 'C', 'acknowledged');
    await page.until(() => page.of('alert-changes')[0]);
    expect(stateOf(page)).toEqual({ epoch: 'epoch-1', sequence: 4, states: { 'ALT-1': 'C' } });
  });

  it('keeps NaN', async () => {
    alerts.change('ALT-1', 'B', 'raised');
    const page = await resumed();
    const [snapshot] = page.of('alert-snapshot');
    expect(snapshot?.alerts[0]?.explanation.contributions[0]?.expected).toBeNaN();
  });

  it('replays missed changes, and answers even if there are none', async () => {
    for (let i = 1; i <= 30; i++) alerts.change(`ALT-${i}`, 'B', 'raised');
    const page = await resumed('epoch-1', 12);
    expect(page.of('alert-snapshot')).toEqual([]);
    expect(page.of('alert-changes').flatMap(({ changes }) => changes.map(({ sequence }) => sequence))).toEqual(
      Array.from({ length: 18 }, (_, i) => 13 + i),
    );
    const upToDate = await resumed('epoch-1', 30);
    expect(upToDate.of('alert-changes')).toEqual([{ type: 'alert-changes', recovered: true, epoch: 'epoch-1', changes: [] }]);
  });

  it.each([
    ['another epoch', 'epoch-0', 99],
    ['a number ahead of the stream', 'epoch-1', 101],
    ['changes that are no longer known', 'epoch-1', 10],
  ])('answers %s with a snapshot, never with a gap', async (_why, epoch, sequence) => {
    for (let i = 1; i <= 100; i++) alerts.change(`ALT-${i % 7}`, i > 93 ? 'B' : 'A');
    const page = await resumed(epoch, sequence);
    expect(page.of('alert-snapshot')).toHaveLength(1);
    expect(page.of('alert-changes')).toEqual([]);
    expect(stateOf(page)).toMatchObject({ epoch: 'epoch-1', sequence: 100 });
  });

  it('sends a flood in parts without loss, and a burst as one message', async () => {
    for (let i = 1; i <= 450; i++) alerts.change(`ALT-${i}`, 'B', 'raised');
    const page = await resumed();
    expect(page.of('alert-snapshot').map(({ first, last, alerts: part }) => [first, last, part.length])).toEqual([
      [true, false, 100],
      [false, false, 100],
      [false, false, 100],
      [false, false, 100],
      [false, true, 50],
    ]);
    for (let i = 1; i <= 40; i++) alerts.change(`ALT-${i}`, 'C', 'acknowledged');
    await page.until(() => page.of('alert-changes')[0]);
    await page.settled();
    expect(page.of('alert-changes')).toHaveLength(1);
    expect(stateOf(page).sequence).toBe(490);
  });

  it('loses nothing over lost connections: pages have the alerts of the feed', async () => {
    const known = { epoch: undefined as string | undefined, sequence: undefined as number | undefined };
    const states: Record<string, string> = {};
    let number = 0;
    for (let round = 0; round < 12; round++) {
      const page = await resumed(known.epoch, known.sequence);
      const hadSnapshot = page.of('alert-snapshot').length > 0;
      for (let i = 0; i < 5; i++) alerts.change(`ALT-${++number % 9}`, number % 3 === 0 ? 'A' : 'B');
      await page.settled();
      if (hadSnapshot) for (const id of Object.keys(states)) delete states[id];
      const seen = stateOf(page);
      Object.assign(states, seen.states);
      known.epoch = seen.epoch === '' ? known.epoch : seen.epoch;
      known.sequence = seen.sequence;
      page.socket.terminate();
      await page.closed;
      // every third time, more changes are missed than the feed keeps
      for (let i = 0; i < (round % 3 === 2 ? 60 : 8); i++) alerts.change(`ALT-${++number % 9}`, number % 4 === 0 ? 'A' : 'B');
    }
    const last = await resumed(known.epoch, known.sequence);
    if (last.of('alert-snapshot').length > 0) for (const id of Object.keys(states)) delete states[id];
    Object.assign(states, stateOf(last).states);
    const open = Object.fromEntries(Object.entries(states).filter(([, state]) => state !== 'A'));
    expect(open).toEqual(Object.fromEntries(alerts.open().map(({ id, state }) => [id, state])));
  });
});

describe('saving', () => {
  it('reports which changes are not on disk yet, and when they are', async () => {
    const page = await resumed();
    alerts.save(0);
    alerts.change('ALT-1', 'B', 'raised');
    const told = async (count: number): Promise<(number | undefined)[]> => {
      await page.until(() => page.of('alert-changes').length >= count);
      return page.of('alert-changes').map(({ saved }) => saved);
    };
    expect(await told(1)).toEqual([0]);
    alerts.change('ALT-2', 'B', 'raised');
    expect(await told(2)).toEqual([0, 0]);
    alerts.save(1);
    expect(await told(3)).toEqual([0, 0, 1]);
    alerts.save(2);
    expect(await told(4)).toEqual([0, 0, 1, undefined]);
    expect(stateOf(page).sequence).toBe(2);
    alerts.save(1);
    const second = await resumed();
    expect(second.of('alert-snapshot')).toMatchObject([{ sequence: 2, saved: 1 }]);
  });
});

describe('acknowledging', () => {
  it('is recorded for the signed-in user with a note, and reaches every page', async () => {
    alerts.change('ALT-1', 'B', 'raised');
    const page = await resumed();
    const operator = await bench.as('operator');
    const { body } = await operator.call('POST /api/alerts/acknowledge', { ids: ['ALT-1', 'ALT-9', 'ALT-1'], note: 'on it' });
    expect(body).toEqual({ acknowledged: ['ALT-1'], unknown: ['ALT-9'], hidden: [] });
    expect(alerts.acts).toEqual([
      {
        id: 'ALT-1',
        by: { role: 'operator', user: 'operator', person: 'account operator 0', session: expect.stringMatching(/^s-/) },
        note: 'on it',
      },
    ]);
    await page.until(() => page.of('alert-changes')[0]);
    expect(stateOf(page).states).toEqual({ 'ALT-1': 'C' });
  });
});
