import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crash, moduleUrl } from '../../test/support/crash.ts';
import { LocalOwner } from '../../test/support/local-owner.ts';
import { alertOf, changeOf } from '../../test/support/stored-alerts.ts';
import { AlertChangeKind, AlertState } from '../core/alert.ts';
import { systemClock, VirtualClock } from '../core/clock.ts';
import { encodeJson } from '../core/json.ts';
import type { MinorFinding } from '../core/minor.ts';
import { silentLogger } from '../core/plugin.ts';
import type { StateStore } from '../core/state.ts';
import { openQueuedState } from './queued.ts';
import { openState } from './state.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-queued-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const operator = { role: 'operator', session: 's1' } as const;
const user = (name: string) => ({ name, role: 'viewer', passphraseHash: 'h', createdAt: 1, disabled: false }) as const;

const aDocument = { title: 't', site: 's', timeZone: 'UTC', from: 1, to: 2, madeAt: 2, notes: [], tables: [] };

const minorOf = (id: string, equipment: string): MinorFinding => ({
  id,
  detector: 'range',
  channel: id,
  area: 'clearwell',
  equipment,
  tags: [id],
  since: 1,
  updatedAt: 2,
  score: 0.7,
  peak: 0.8,
  title: 'Level is high',
  sentence: 'Level is high.',
});

async function open(clock = new VirtualClock(0), own = dir) {
  const owner = new LocalOwner(own);
  const lines: string[] = [];
  const state = await openQueuedState(own, { clock, logger: silentLogger, report: (line) => lines.push(line), owner });
  return { state, owner, clock, lines };
}

/** Resolves when the queue has notified its listeners and the condition is true. */
async function until(state: StateStore, holds: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (holds()) resolve();
  };
  const stop = state.saving.subscribe(look);
  look();
  await promise.finally(stop);
}

const name = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('alert' as const),
      id: name,
      area: name,
      tags: fc.uniqueArray(name, { minLength: 1 }),
      state: fc.constantFrom(...Object.values(AlertState)),
      kind: fc.constantFrom(...AlertChangeKind),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('audit' as const), object: name }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('user' as const), name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('baseline' as const), name, content: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('maintenance' as const), from: fc.nat(9), to: fc.integer({ min: 10, max: 20 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('minor' as const), name, equipment: name, endedAt: fc.option(fc.nat(9)) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('display' as const, 'note' as const, 'handover' as const, 'take' as const, 'annotation' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom({ type: 'break' as const }, { type: 'mend' as const }) },
);

/** All readable contents. */
const reading = async ({ alerts, audit, users, displays, baselines, maintenance, minor, shifts, annotations }: StateStore) => ({
  open: alerts.open(),
  one: await alerts.get('a'),
  after: await alerts.changesAfter(1, 4),
  of: await alerts.changesOf('b'),
  ofPage: await alerts.changesOf('b', { before: 7, limit: 2 }),
  acts: await alerts.actsOf('INC-1', { before: 9, limit: 3 }),
  counts: (await alerts.countAnomalies(1)).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  found: await alerts.find({ area: 'a', tag: 'b', limit: 2 }),
  latest: await alerts.find({ limit: 2 }),
  ofArea: await alerts.find({ area: 'a', limit: 1 }),
  all: await alerts.find({ limit: 9 }),
  audit: await audit.read({ limit: 5 }),
  some: await audit.read({ action: 'alert.judged', from: 2, limit: 5 }),
  lastStart: audit.last('lab.started'),
  users: users.list(),
  displays: displays.list(),
  baseline: baselines.latest('a'),
  maintenance: maintenance.during(0, 15),
  minor: minor.open(),
  minorEnded: await minor.ended({ from: 2, to: 9, equipment: ['a', 'b'], limit: 3 }),
  notes: await shifts.notes(2, 3),
  handovers: await shifts.handovers(2),
  handover: await shifts.handover('H1'),
  annotations: annotations.during(2, 9),
});

describe('openQueuedState', () => {
  it('returns the same as the store on disk, whatever waits', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
        using twin = openState(join(dir, String(run++)));
        const folder = join(dir, String(run++));
        const { state, owner, clock } = await open(new VirtualClock(0), folder);
        let sequence = 0;
        const raised = new Map<string, number>();
        const both = (act: (store: StateStore) => unknown): void => expect(act(state)).toEqual(act(twin));
        for (const [time, doing] of steps.entries()) {
          switch (doing.type) {
            case 'alert': {
              const { id, area, tags, state: letter, kind } = doing;
              const raisedAt = raised.get(id) ?? time;
              raised.set(id, raisedAt);
              const change = changeOf(++sequence, alertOf(id, { area: `${area}${id}`, tags, state: letter, raisedAt }), { kind });
              both((store) => store.alerts.append(change));
              break;
            }
            case 'audit':
              both((store) => store.audit.append({ time, ...operator, action: 'lab.started', object: doing.object }));
              break;
            case 'user':
              if (twin.users.find(doing.name) === undefined) both((store) => store.users.add(user(doing.name)));
              else {
                expect(() => state.users.add(user(doing.name))).toThrow(doing.name);
                if (twin.users.find(doing.name)?.disabled === false) {
                  both((store) => store.users.change(doing.name, { role: 'auditor', disabled: true }));
                } else both((store) => store.users.remove(doing.name));
              }
              break;
            case 'baseline':
              both((store) => store.baselines.add({ name: doing.name, createdAt: time, source: 's', content: doing.content }));
              break;
            case 'maintenance':
              both((store) =>
                store.maintenance.add({
                  id: `M${time}`,
                  place: { kind: 'area', id: 'a' },
                  from: doing.from,
                  to: doing.to,
                  by: 'operator',
                  reason: '',
                }),
              );
              break;
            case 'minor': {
              const { name: id, equipment, endedAt } = doing;
              const finding = {
                ...minorOf(id, equipment),
                since: time,
                ...(endedAt === null ? {} : { endedAt, end: 'normal' as const }),
              };
              both((store) => store.minor.save(finding));
              break;
            }
            case 'display':
              if (twin.displays.list().length === 0)
                both((store) => store.displays.add({ name: 'wall', tokenHash: 'h', createdAt: time }));
              else {
                expect(() => state.displays.add({ name: 'wall', tokenHash: 'x', createdAt: 0 })).toThrow('wall');
                both((store) => store.displays.remove('wall'));
              }
              break;
            case 'note':
              both((store) => store.shifts.addNote({ id: `N${time}`, at: time, by: operator, text: 'x' }));
              break;
            case 'annotation':
              both((store) => store.annotations.add({ id: `T${time}`, time, text: 'x', at: time, by: operator }));
              if (time % 3 === 0) both((store) => store.annotations.remove(`T${time - 3}`));
              break;
            case 'handover':
              both((store) =>
                store.shifts.addHandover({ id: `H${time}`, outgoing: { at: 1, by: operator }, document: aDocument }),
              );
              break;
            case 'take': {
              const [last] = twin.shifts.handovers(1);
              if (last !== undefined && last.incoming === undefined)
                both((store) => store.shifts.takeOver(last.id, { at: time, by: operator }));
              break;
            }
            case 'break':
              owner.broken = 'database is locked';
              break;
            case 'mend':
              owner.broken = undefined;
              await clock.advance(10_000);
          }
          expect(await reading(state)).toEqual(await reading(twin));
        }
        owner.broken = undefined;
        await clock.advance(10_000);
        expect(state.saving.status()).toMatchObject({ state: 'ok', pending: 0 });
        await state[Symbol.asyncDispose]();
        using disk = openState(folder);
        expect(await reading(disk)).toEqual(await reading(twin));
      }),
      { seed: 12, numRuns: 40 },
    );
  });

  it('waits in a process of its own for a lock of another process, and then saves everything in order', async () => {
    const state = await openQueuedState(dir, { clock: systemClock, logger: silentLogger, report: () => {} });
    const other = new DatabaseSync(join(dir, 'state.db'));
    other.exec('BEGIN EXCLUSIVE');
    state.users.add(user('kim'));
    for (let n = 1; n <= 40; n++) state.alerts.append(changeOf(n, alertOf(`ALT-${n}`)));
    state.audit.append({ time: 5, ...operator, action: 'lab.started', object: 'x' });
    expect(await state.saving.settled()).toBe(false);
    await until(state, () => state.saving.status().reason === 'database is locked');
    expect(state.saving.status()).toMatchObject({ state: 'failing', pending: 42 });
    expect(state.saving.savedSequence).toBe(0);
    expect(await state.alerts.get('ALT-40')).toMatchObject({ id: 'ALT-40' });
    other.exec('ROLLBACK');
    await until(state, () => state.saving.status().state === 'ok' && state.saving.status().pending === 0);
    expect(state.saving.savedSequence).toBe(40);
    await state[Symbol.asyncDispose]();
    using disk = openState(dir);
    expect(disk.alerts.changesAfter(0, 99).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(disk.audit.read({ limit: 99 })).toHaveLength(41);
    expect(disk.users.list()).toEqual([user('kim')]);
    other.close();
  });

  it('retries when the writer reports that its thread has ended', async () => {
    const { state, owner, clock } = await open();
    owner.broken = 'its thread has ended';
    state.alerts.append(changeOf(1, alertOf('ALT-1')));
    expect(await state.saving.settled()).toBe(false);
    owner.broken = undefined;
    await clock.advance(10_000);
    expect(await state.saving.settled()).toBe(true);
    await state[Symbol.asyncDispose]();
  });

  it('refuses acts beyond the bound before they take effect, and never an alert', async () => {
    const { state, owner, clock } = await open();
    owner.broken = 'database or disk is full';
    for (let n = 0; n < 1_000; n++) state.users.add(user(`u${n}`));
    await clock.advance(1);
    expect(() => state.users.add(user('one too many'))).toThrow(
      expect.objectContaining({ code: 'STATE_FULL', kind: 'retryable', hint: expect.stringContaining('disk is full') as string }),
    );
    expect(state.users.find('one too many')).toBeUndefined();
    expect(() => state.alerts.append(changeOf(1, alertOf('ALT-1'), { by: operator, kind: 'acknowledged' }))).toThrow(
      'too many acts',
    );
    for (let n = 1; n <= 2_000; n++) state.alerts.append(changeOf(n, alertOf(`ALT-${n}`)));
    owner.broken = undefined;
    await clock.advance(600_000);
    expect(state.saving.status()).toMatchObject({ state: 'ok', pending: 0 });
    state.users.add(user('one too many'));
    await state[Symbol.asyncDispose]();
  });

  it('writes an act of several writes at once, also after a failure', async () => {
    const { state, owner, clock } = await open();
    const batches: string[][] = [];
    const entry = { time: 5, ...operator, action: 'user.created', object: 'x' };
    owner.broken = 'database is locked';
    state.users.add(user('a'));
    state.audit.append(entry);
    await clock.advance(1);
    state.users.add(user('b'));
    state.audit.append(entry);
    for (let n = 1; n <= 300; n++) state.alerts.append(changeOf(n, alertOf(`ALT-${n}`)));
    owner.write = async (operations) => void batches.push(operations.map(({ store }) => store));
    await clock.advance(10_000);
    expect(batches.slice(0, 2).map((batch) => batch.slice(0, 2))).toEqual([
      ['users', 'audit'],
      ['users', 'audit'],
    ]);
    expect(batches[0]).toHaveLength(2);
    // changes by the monitor are no act, however many come at once
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(256);
    await state[Symbol.asyncDispose]();
  });

  describe('keep', () => {
    const annotation = (id: string) => ({ id, time: 5, text: 'x', at: 5, by: operator });
    const keep = async (state: StateStore, id: string): Promise<void> =>
      await state.keep(({ annotations, audit }) => {
        annotations.add(annotation(id));
        audit.append({ time: 5, ...operator, action: 'annotation.added', object: id });
      });
    const shown = async (state: StateStore) => [
      state.annotations.during(0, 9).annotations.map(({ id }) => id),
      (await state.audit.read({ action: 'annotation.added', limit: 9 })).map(({ object }) => object),
    ];

    it('refuses an act that is not on disk within a second: nothing of it shows, and nothing is written later', async () => {
      const { state, owner, clock } = await open();
      owner.broken = 'database or disk is full';
      const first = keep(state, 'A1');
      const refused = {
        code: 'STATE_UNAVAILABLE',
        kind: 'retryable',
        message: expect.stringMatching(/nothing was stored.*full/) as string,
      };
      const refusal = expect(first).rejects.toMatchObject(refused);
      await clock.advance(2_000);
      await refusal;
      expect(state.saving.status()).toMatchObject({ state: 'failing', pending: 0 });
      expect(await shown(state)).toEqual([[], []]);
      // while other writes wait, it is refused at once
      state.users.add(user('kim'));
      await expect(keep(state, 'A2')).rejects.toMatchObject(refused);
      owner.broken = undefined;
      await clock.advance(10_000);
      expect(state.saving.status()).toMatchObject({ state: 'ok', pending: 0 });
      expect(await shown(state)).toEqual([[], []]);
      await keep(state, 'A3');
      expect(await shown(state)).toEqual([['A3'], ['A3']]);
      await state[Symbol.asyncDispose]();
    });

    it('waits for a short lock', async () => {
      const { state, owner, clock } = await open();
      owner.broken = 'database is locked';
      const kept = keep(state, 'A1');
      await clock.advance(300);
      owner.broken = undefined;
      await clock.advance(1_000);
      await kept;
      expect(await shown(state)).toEqual([['A1'], ['A1']]);
      await state[Symbol.asyncDispose]();
    });

    it('states that the outcome is unknown while a write lasts, and shows the act once it is on disk', async () => {
      const { state, owner, clock } = await open();
      const hang = Promise.withResolvers<void>();
      owner.held = hang.promise;
      const kept = expect(keep(state, 'A1')).rejects.toThrow('it is not known yet whether the act is stored');
      await clock.advance(2_000);
      await kept;
      expect(await shown(state)).toEqual([[], []]);
      hang.resolve();
      await until(state, () => state.saving.status().state === 'ok');
      expect(await shown(state)).toEqual([['A1'], ['A1']]);
      await state[Symbol.asyncDispose]();
    });
  });

  it('drops minor findings beyond the bound, and nothing else', async () => {
    const { state, owner, clock } = await open();
    owner.broken = 'database or disk is full';
    for (let n = 0; n <= 2_000; n++) state.minor.save(minorOf(`M${n}`, 'CW'));
    expect(state.minor.open()).toHaveLength(2_000);
    state.users.add(user('kim'));
    const written: string[] = [];
    owner.write = async (operations) => void written.push(...operations.map(({ store }) => store));
    await clock.advance(10_000);
    expect([written.filter((store) => store === 'minor').length, written.at(-1)]).toEqual([2_000, 'users']);
    await state[Symbol.asyncDispose]();
  });

  it('counts a slow write as not saved', async () => {
    const { state, owner, clock } = await open();
    const hang = Promise.withResolvers<void>();
    owner.held = hang.promise;
    state.alerts.append(changeOf(1, alertOf('ALT-1')));
    const settled = state.saving.settled();
    await clock.advance(1_500);
    expect(await settled).toBe(false);
    expect(state.saving.status()).toMatchObject({
      state: 'failing',
      reason: expect.stringContaining('longer than 1 s') as string,
    });
    hang.resolve();
    await until(state, () => state.saving.savedSequence === 1);
    expect(state.saving.status().state).toBe('ok');
    await state[Symbol.asyncDispose]();
  });

  it('names the unsaved writes at the end', async () => {
    const { state, owner, clock, lines } = await open();
    owner.broken = 'disk I/O error';
    state.alerts.append(changeOf(1, alertOf('ALT-1')));
    state.users.add(user('kim'));
    const ended = state[Symbol.asyncDispose]();
    await clock.advance(5_000);
    await ended;
    expect(lines).toEqual([
      'state.db cannot be written (disk I/O error): 2 writes are not saved',
      'not saved: alert ALT-1 raised by monitor',
      'not saved: user kim add',
    ]);
  });

  it('keeps everything after kill -9 that it had reported as saved', async () => {
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { openQueuedState } from '${moduleUrl('src/state/queued.ts')}';
       import { systemClock } from '${moduleUrl('src/core/clock.ts')}';
       import { silentLogger } from '${moduleUrl('src/core/plugin.ts')}';
       const state = await openQueuedState(${JSON.stringify(dir)}, { clock: systemClock, logger: silentLogger, report: () => {} });
       const alert = ${encodeJson(alertOf('ALT-1'))};
       for (let sequence = 1; ; sequence++) {
         state.alerts.append({ sequence, time: sequence, kind: 'recurred', by: { role: 'monitor', session: 'monitor' }, alert });
         if (sequence % 3 !== 0) continue;
         if (await state.saving.settled()) writeSync(1, state.saving.savedSequence + '\\n');
         // a slow machine makes writes late, and the queue needs its turn
         else await systemClock.sleep(10);
       }`,
      20,
    );
    using state = openState(dir);
    const { sequence } = state.alerts.open();
    expect(sequence).toBeGreaterThanOrEqual(Number(said.at(-1)));
    expect(state.audit.read({ limit: 1e6 })).toHaveLength(sequence);
  });
});
