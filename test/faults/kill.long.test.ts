// Long: four runs of the lab are killed within a scenario and started again, and a monitor some forty times within acts of users.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SeriesBody } from '../../dashboard/api/index.ts';
import type { Browser, Page } from '../../dashboard/server/testing/browser.ts';
import type { AlertChange } from '../../src/core/alert.ts';
import type { AuditEntry } from '../../src/core/state.ts';
import { Random } from '../../src/core/random.ts';
import { KillTrial, type TrialAct, type TrialUsers } from '../support/kill-trial.ts';
import { LabProcess, processLives } from '../support/lab-process.ts';
import { findPeer, requirePeer } from '../support/peers.ts';
import { startVictoriaMetrics } from '../support/stores.ts';
import { tightPlant } from '../support/tight-plant.ts';

/** One tag of each device, of the slowest scan classes. */
const watched = ['RW.TE01', 'RW.LT01', 'T1.LT', 'CL.AT01'];
/** Plant seconds per second. */
const speed = 10;
const patience = { timeout: 60_000, interval: 200 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-kill-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const startLab = (config: string, more: readonly string[] = []): Promise<LabProcess> =>
  LabProcess.start({
    data: join(dir, 'data'),
    args: ['--config', config, '--speed', String(speed), '--learn-days', '0', ...more],
  });

/** A client that reads the alert stream from the start and watches some tags. */
async function openPage(browser: Browser): Promise<Page> {
  const { body } = await browser.call('GET /api/tags', { names: watched });
  const page = await browser.open();
  page.send({ type: 'resume' });
  page.send({ type: 'watch', watch: 1, tags: body.tags.map((tag) => tag.index) });
  return page;
}

const changesOn = (page: Page): AlertChange[] => page.of('alert-changes').flatMap(({ changes }) => changes);
const openOn = (page: Page): string[] => [
  ...page.of('alert-snapshot').flatMap(({ alerts }) => alerts.map((alert) => alert.title)),
  ...changesOn(page).map(({ alert }) => alert.title),
];

/**
 * Starts the scenario that stops the pumps and waits until the page shows its effect. At night the pumps are stopped anyway, so
 * that the flow shows nothing.
 */
async function breakPumps(browser: Browser, page: Page): Promise<void> {
  expect((await browser.call('POST /api/lab/start', { scenario: 'pumps-stopped' })).status).toBe(200);
  await expect.poll(() => openOn(page).join(), patience).toMatch(/127\.0\.0\.66/);
}

/** Waits for an alert that contains a tag. Returns its id. */
async function alertOf(browser: Browser, tag: string): Promise<string> {
  return await vi.waitFor(async () => {
    const [alert] = (await browser.call('GET /api/alerts', { tag })).body.alerts;
    if (alert === undefined) throw new Error(`there is no alert of ${tag}`);
    return alert.id;
  }, patience);
}

/** End of the complete part of the history; later samples may not be stored yet. */
const wholeUntil = (page: Page): number => (page.of('heartbeat').at(-1)?.time ?? 0) - 120_000;

async function historyOf(browser: Browser, from: number, to: number): Promise<readonly SeriesBody[]> {
  const { status, body, text } = await browser.call('GET /api/history', { tags: watched, from, to });
  expect(status, text).toBe(200);
  return body.series.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
}

/** All samples that a page has shown, by tag: source time in whole ms → value. */
async function samplesOn(page: Page, browser: Browser): Promise<Map<string, Map<number, number>>> {
  const { body } = await browser.call('GET /api/tags', { names: watched });
  const byTag = new Map(body.tags.map((tag) => [tag.name, new Map<number, number>()] as const));
  const names = new Map(body.tags.map((tag) => [tag.index, tag.name] as const));
  for (const frame of page.frames) {
    frame.tag.forEach((tag, row) => {
      const time = frame.sourceTime[row] ?? Number.NaN;
      if (Number.isFinite(time)) byTag.get(names.get(tag) ?? '')?.set(Math.floor(time), frame.value[row] ?? Number.NaN);
    });
  }
  return byTag;
}

/** VictoriaMetrics stores values as decimals of about 15 digits. */
const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.abs(a);

/** Samples that were shown but are not in the history. */
function missing(shown: Map<string, Map<number, number>>, history: readonly SeriesBody[]): string[] {
  return history.flatMap(({ tag, time, value }) => {
    const kept = new Map(time.map((at, row) => [Math.floor(at), value[row]] as const));
    return [...(shown.get(tag) ?? [])]
      .filter(([at, figure]) => !same(figure, kept.get(at) ?? Number.NaN))
      .map(([at]) => `${tag} ${at}`);
  });
}

/** Numbers of all changes of all alerts, in order. */
async function sequences(browser: Browser): Promise<number[]> {
  const { body } = await browser.call('GET /api/alerts', { limit: 1000 });
  const all = await Promise.all(body.alerts.map(async ({ id }) => (await browser.call('GET /api/alert', { id })).body.changes));
  return all
    .flat()
    .map(({ sequence }) => sequence)
    .sort((a, b) => a - b);
}

const auditOf = async (browser: Browser): Promise<readonly AuditEntry[]> =>
  (await browser.call('GET /api/audit', { limit: 1000 })).body.entries.toReversed();

/** Waits until the simulated hours before the start are complete. */
const historySettled = (browser: Browser): Promise<void> =>
  expect.poll(async () => (await auditOf(browser)).map(({ action }) => action), patience).toContain('history.simulated');

describe('kill -9 in the middle of a scenario', () => {
  it('of the monitor loses no alert, no acknowledged sample and no line of the audit trail', async () => {
    const config = tightPlant(dir);
    const known = await (async () => {
      await using lab = await startLab(config);
      const browser = await lab.signIn();
      const page = await openPage(browser);
      await breakPumps(browser, page);
      const id = await alertOf(browser, 'RW.FT01');
      expect((await browser.call('POST /api/alerts/acknowledge', { ids: [id], note: 'seen' })).body.acknowledged).toEqual([id]);
      await expect.poll(() => changesOn(page).some(({ kind }) => kind === 'acknowledged'), patience).toBe(true);
      await historySettled(browser);
      const now = wholeUntil(page);
      const from = now - 600_000;
      const { simulatorPid } = lab;
      const seen = { id, from, now, history: await historyOf(browser, from, now), audit: await auditOf(browser) };
      expect((await lab.end('SIGKILL')).signal).toBe('SIGKILL');
      await expect.poll(() => processLives(simulatorPid), patience).toBe(false);
      return { ...seen, changes: changesOn(page) };
    })();
    expect(known.history.map(({ tag, time }) => [tag, time.length > 3])).toEqual(watched.toSorted().map((tag) => [tag, true]));

    await using lab = await startLab(config);
    expect(lab.setupLink).toBeUndefined();
    const browser = await lab.signIn();
    const kept = await Promise.all(
      known.changes.map(async ({ alert }) => (await browser.call('GET /api/alert', { id: alert.id })).body.changes),
    );
    expect(kept.flat()).toEqual(expect.arrayContaining(known.changes));
    expect((await browser.call('GET /api/alert', { id: known.id })).body.alert.state).toBe('C');
    const numbers = await sequences(browser);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const history = await historyOf(browser, known.from, known.now);
    expect(history).toEqual(known.history);
    const audit = await auditOf(browser);
    expect(audit.slice(0, known.audit.length)).toEqual(known.audit);
    expect(audit.slice(known.audit.length).map(({ action }) => action)).toContain('config.loaded');

    // plant time continues after the last known sample, so that no new sample lies among old ones
    const page = await openPage(browser);
    await page.until(() => page.frames.some((frame) => frame.receiveTime.some((time) => time > 0)));
    expect(page.of('hello')[0]?.time).toBeGreaterThan(known.now);
  });

  it('of the simulator leaves the monitor alert, with one alert for each device', async () => {
    const config = tightPlant(dir);
    await using lab = await startLab(config);
    const browser = await lab.signIn();
    const page = await openPage(browser);
    await breakPumps(browser, page);
    await historySettled(browser);
    const now = wholeUntil(page);
    const history = await historyOf(browser, now - 600_000, now);
    const { alerts } = (await browser.call('GET /api/alerts', {})).body;

    process.kill(lab.simulatorPid, 'SIGKILL');
    const devices = async (): Promise<(string | undefined)[]> =>
      (await browser.call('GET /api/alerts', {})).body.alerts
        // the write that stopped the pumps has an alert of its own
        .flatMap(({ device, network }) => (network === true ? [] : (device ?? [])))
        // on a busy machine the monitor says that it is late
        .filter((device) => device !== 'monitor')
        .sort();
    await expect.poll(devices, patience).toEqual(['plc1', 'rtu2', 'tap', 'ua1']);
    await page.until(() => (page.of('heartbeat').at(-1)?.lagMs ?? 0) > 10_000);
    const numbers = changesOn(page).map(({ sequence }) => sequence);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect((await lab.end('SIGTERM')).code).toBe(0);

    await using next = await startLab(config);
    const again = await next.signIn();
    const after = (await again.call('GET /api/alerts', { limit: 1000 })).body.alerts.map(({ id }) => id);
    expect(after).toEqual(expect.arrayContaining(alerts.map(({ id }) => id)));
    expect(await historyOf(again, now - 600_000, now)).toEqual(history);
    const all = await sequences(again);
    expect(all).toEqual(all.map((_, index) => index + 1));
  });

  it('of the store keeps what was measured while it was away, complete and in order', async (test) => {
    const { path } = requirePeer('victoria-metrics', test);
    await using store = await startVictoriaMetrics(path);
    await using lab = await startLab(tightPlant(dir), ['--historian', `influxdb=${store.url}`, '--speed', '4']);
    const browser = await lab.signIn();
    const page = await openPage(browser);
    const waiting = async (): Promise<number> =>
      (await browser.call('GET /api/health', {})).body.chain.find(({ name }) => name === 'historian')?.queue?.used ?? Number.NaN;
    await page.until(() => page.frames.length > 5);
    const from = page.of('heartbeat').at(-1)?.time ?? 0;

    await breakPumps(browser, page);
    await store.kill();
    await expect.poll(waiting, patience).toBeGreaterThan(0);
    const awayAt = page.of('heartbeat').at(-1)?.time ?? 0;
    await page.until(() => (page.of('heartbeat').at(-1)?.time ?? 0) > awayAt + 40_000);
    await store.restart();
    await expect.poll(waiting, patience).toBe(0);
    const to = page.of('heartbeat').at(-1)?.time ?? 0;
    await page.until(() => (page.of('heartbeat').at(-1)?.time ?? 0) > to + 20_000);
    await fetch(`${store.url}/internal/force_flush`);

    const history = await historyOf(browser, from, to);
    const shown = await samplesOn(page, browser);
    for (const samples of shown.values()) for (const time of samples.keys()) if (time < from || time >= to) samples.delete(time);
    expect(missing(shown, history)).toEqual([]);
    const watched = ['RW.TE01', 'RW.LT01', 'T1.LT'];
    for (const { tag, time } of history.filter((series) => watched.includes(series.tag))) {
      const gaps = time.slice(1).map((at, row) => at - (time[row] ?? 0));
      expect(Math.min(...gaps), tag).toBeGreaterThan(0);
      // completeness was checked above, sample by sample; values were also collected while the store was away
      const away = time.filter((at) => at >= awayAt && at < awayAt + 40_000);
      expect(away.length, tag).toBeGreaterThan(0);
    }
    expect(openOn(page).join()).toMatch(/Station flow low/);
  });
});

describe('SIGTERM', () => {
  it('ends a running lab with status 0 and loses none of the samples that a page has shown', async () => {
    const config = tightPlant(dir);
    const known = await (async () => {
      await using lab = await startLab(config);
      const browser = await lab.signIn();
      const page = await openPage(browser);
      const samples = async () => [...(await samplesOn(page, browser)).values()];
      await expect.poll(async () => (await samples()).every(({ size }) => size > 2), patience).toBe(true);
      const ending = await lab.end('SIGTERM');
      return { ending, page, from: page.of('hello')[0]?.time ?? 0, to: page.of('heartbeat').at(-1)?.time ?? 0 };
    })();
    expect(known.ending).toMatchObject({ code: 0, signal: null });

    await using lab = await startLab(config);
    const browser = await lab.signIn();
    const shown = await samplesOn(known.page, browser);
    expect([...shown.values()].every((samples) => samples.size > 2)).toBe(true);
    expect(missing(shown, await historyOf(browser, known.from - 3_600_000, known.to + 3_600_000))).toEqual([]);
  });
});

const compiler = findPeer('cc')?.path;

describe.skipIf(compiler === undefined)('kill -9 at a write or sync of state.db', () => {
  /** Number of the first call on the disk, and distance of the next ones: an act makes some ten to forty. */
  const distances = { first: 6, next: 14 };
  const place = { kind: 'equipment', id: 'TANK' } as const;

  const actsOn = (id: string): readonly TrialAct[] => {
    const alert = async ({ chief }: TrialUsers) => (await chief.call('GET /api/alert', { id })).body.alert;
    const health = async ({ chief }: TrialUsers) => (await chief.call('GET /api/health', {})).body;
    const annotations = async ({ chief }: TrialUsers) =>
      (await chief.call('GET /api/annotations', { from: 0, to: 1e15 })).body.annotations;
    const requests = async ({ bert }: TrialUsers) => (await bert.call('GET /api/approvals', {})).body.requests;
    const shelved = async (users: TrialUsers): Promise<boolean> => (await alert(users)).shelf !== undefined;
    const not =
      (shows: TrialAct['shows']): TrialAct['shows'] =>
      async (users) =>
        !(await shows(users));
    const reason = 'float is changed';
    const request: TrialAct = {
      action: 'approval.requested',
      run: async ({ chief }) => (await chief.call('POST /api/alerts/shelve', { ids: [id], minutes: 2_880, reason })).status,
      shows: async (users) => (await requests(users)).length > 0,
    };
    const decide = async ({ bert, chief }: TrialUsers, accept: boolean): Promise<number> => {
      const [first] = await requests({ bert, chief });
      return (await bert.call('POST /api/approvals/decide', { id: first?.id ?? '-', accept, reason })).status;
    };
    return [
      {
        action: 'alert.acknowledged',
        run: async ({ chief }) => (await chief.call('POST /api/alerts/acknowledge', { ids: [id], note: 'seen' })).status,
        shows: async (users) => (await alert(users)).state === 'C',
      },
      {
        action: 'alert.shelved',
        run: async ({ chief }) =>
          (await chief.call('POST /api/alerts/shelve', { ids: [id], minutes: 60, once: true, reason })).status,
        shows: shelved,
      },
      {
        action: 'alert.unshelved',
        run: async ({ chief }) => (await chief.call('POST /api/alerts/unshelve', { ids: [id] })).status,
        shows: not(shelved),
      },
      {
        action: 'alert.judged',
        run: async ({ chief }) => (await chief.call('POST /api/alerts/judge', { id, verdict: 'true' })).status,
        shows: async (users) => (await alert(users)).verdict !== undefined,
      },
      {
        action: 'annotation.added',
        run: async ({ chief }) => (await chief.call('POST /api/annotations/add', { time: 1_000, text: 'pump changed' })).status,
        shows: async (users) => (await annotations(users)).length > 0,
      },
      {
        action: 'annotation.removed',
        run: async (users) => {
          const [first] = await annotations(users);
          return (await users.chief.call('POST /api/annotations/remove', { id: first?.id ?? '-' })).status;
        },
        shows: async (users) => (await annotations(users)).length === 0,
      },
      {
        action: 'maintenance.planned',
        run: async ({ chief }) =>
          (await chief.call('POST /api/maintenance/plan', { place, from: '2027-01-01T06:00', minutes: 30, reason })).status,
        shows: async (users) => (await health(users)).planned.length > 0,
      },
      {
        action: 'maintenance.cancelled',
        run: async (users) => {
          const [first] = (await health(users)).planned;
          return (await users.chief.call('POST /api/maintenance/cancel', { id: first?.id ?? '-' })).status;
        },
        shows: async (users) => (await health(users)).planned.length === 0,
      },
      request,
      {
        action: 'approval.rejected',
        run: async (users) => await decide(users, false),
        shows: not(request.shows),
      },
      request,
      {
        action: 'approval.approved',
        run: async (users) => await decide(users, true),
        shows: async (users) => !(await request.shows(users)) && (await shelved(users)),
      },
      {
        action: 'maintenance.began',
        run: async ({ chief }) => (await chief.call('POST /api/maintenance/begin', { place, minutes: 30, reason })).status,
        shows: async (users) => (await health(users)).maintenance.length > 0,
      },
      {
        action: 'maintenance.ended',
        run: async (users) => {
          const [first] = (await health(users)).maintenance;
          return (await users.chief.call('POST /api/maintenance/end', { id: first?.id ?? '-' })).status;
        },
        shows: async (users) => (await health(users)).maintenance.length === 0,
      },
    ];
  };

  it('leaves each act whole or absent, and keeps each act that was answered', async () => {
    const random = new Random(11);
    await using trial = await KillTrial.start(compiler ?? '');
    const id = await trial.alarm();
    let kills = 0;
    const performed = new Map<string, number>();
    for (const act of actsOn(id)) {
      const known = performed.get(act.action) ?? 0;
      const seen = async (): Promise<readonly [number, boolean]> => {
        const users = await trial.users();
        const entries = (await auditOf(users.chief)).filter(({ action }) => action === act.action);
        return [entries.length - known, await act.shows(users)];
      };
      for (let call = 1 + Math.floor(random.next() * distances.first), isDone = false; !isDone; ) {
        const { status, killed } = await trial.perform(act, call);
        if (killed) kills++;
        else {
          expect(status, act.action).toBe(200);
          await trial.kill();
        }
        const [entries, shows] = await seen();
        const at = `${act.action}, ${killed ? `killed before call ${call}` : 'answered'}`;
        isDone = entries > 0;
        expect([entries, shows], at).toEqual(isDone || !killed ? [1, true] : [0, false]);
        call += 1 + Math.floor(random.next() * distances.next);
      }
      performed.set(act.action, known + 1);
    }
    expect(kills).toBeGreaterThan(20);
  });
});
