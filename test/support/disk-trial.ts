import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Browser } from '../../dashboard/server/testing/browser.ts';
import type { AlarmRecord } from '../../src/core/alarm-record.ts';
import { systemClock } from '../../src/core/clock.ts';
import { type Alert, needsAcknowledgement } from '../../src/core/alert.ts';
import type { AuditEntry, SavingStatus } from '../../src/core/state.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { startReadModbusServer } from './modbus-simulator.ts';
import { RunProcess, tankConfig } from './run-process.ts';
import { TinyPlant } from './tiny-plant.ts';

const patience = { timeout: 60_000, interval: 100 };
const notKept = /^Monitor fault: data is not kept on disk$/;
const levelAlert = /LEVEL|Level/;
/** Entries of acts that were refused. */
const refusedIn = (entries: readonly AuditEntry[]): readonly AuditEntry[] =>
  entries.filter(({ action }) => /annotation|planned|approval/.test(action));
const record: AlarmRecord = {
  id: 'TANK-HIGH',
  match: {
    detectors: ['range'],
    kinds: [],
    tags: ['LEVEL'],
    equipment: [],
    areas: [],
    devices: [],
    techniques: [],
    direction: 'high',
  },
  priority: 2,
  class: 'process',
  cause: 'Inlet open.',
  consequence: 'The tank overflows.',
  response: 'Close the inlet.',
  respondWithinMs: 600_000,
  owner: 'Shift leader',
};

/** A monitor in a process of its own, on a tank with a high limit. A test makes its disk fail. */
export class DiskTrial implements AsyncDisposable {
  readonly data: string;
  readonly disk: FaultyDisk;
  readonly #plant: TinyPlant;
  readonly #config: string;
  readonly #cleanup: AsyncDisposableStack;
  monitor: RunProcess;
  #browser: Browser;

  private constructor(
    parts: { data: string; disk: FaultyDisk; plant: TinyPlant; config: string; monitor: RunProcess; browser: Browser },
    cleanup: AsyncDisposableStack,
  ) {
    this.data = parts.data;
    this.disk = parts.disk;
    this.#plant = parts.plant;
    this.#config = parts.config;
    this.monitor = parts.monitor;
    this.#browser = parts.browser;
    this.#cleanup = cleanup;
  }

  static async start(compiler: string): Promise<DiskTrial> {
    await using cleanup = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-disk-'));
    cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
    const data = join(dir, 'data');
    mkdirSync(data);
    const plant = new TinyPlant();
    plant.set('LEVEL', 2);
    const server = cleanup.use(await startReadModbusServer({ plant }));
    const config = tankConfig(dir, server.port);
    appendFileSync(config, 'alarms: {secondPerson: true}\n');
    const disk = cleanup.use(new FaultyDisk(data, dir, compiler));
    const monitor = cleanup.use(await RunProcess.start(config, data, disk.environment));
    const browser = await monitor.signIn();
    return new DiskTrial({ data, disk, plant, config, monitor, browser }, cleanup.move());
  }

  /** Starts the monitor again on the same data directory. @param more lines of the configuration */
  async restart(more = ''): Promise<void> {
    appendFileSync(this.#config, more);
    this.monitor = this.#cleanup.use(await RunProcess.start(this.#config, this.data, this.disk.environment));
    this.#browser = await this.monitor.signIn();
  }

  async audit(): Promise<readonly AuditEntry[]> {
    return (await this.#browser.call('GET /api/audit', { limit: 1000 })).body.entries;
  }

  /** Crosses the limit and returns the alert, which must appear in every state of the disk. */
  async crossLimit(): Promise<Alert> {
    this.#plant.set('LEVEL', 4.5);
    const waiting = async (): Promise<Alert[]> =>
      (await this.#open(levelAlert)).filter(({ state }) => needsAcknowledgement(state));
    await expect.poll(waiting, patience).toHaveLength(1);
    return (await waiting())[0] as Alert;
  }

  /** Acknowledges an alert while the disk fails. The act must take effect and be marked as not saved. */
  async acknowledgeUnsaved(id: string): Promise<void> {
    const { status, body } = await this.#browser.call('POST /api/alerts/acknowledge', { ids: [id], note: 'seen' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ acknowledged: [id], notSaved: true });
    expect((await this.#alerts()).find((alert) => alert.id === id)?.notSaved).toBeGreaterThan(0);
  }

  /**
   * Tries acts that must be on disk before they take effect: each is refused, and nothing shows.
   * @returns false if one of them is in a write that lasts, and can end later
   */
  async refuseUnstored(id: string | undefined): Promise<boolean> {
    const browser = this.#browser;
    const reason = 'float is changed';
    const place = { kind: 'equipment', id: 'TANK' } as const;
    const answers = [
      await browser.call('POST /api/annotations/add', { time: 1_000, text: reason }),
      await browser.call('POST /api/maintenance/plan', { place, from: '2027-01-01T06:00', minutes: 30, reason }),
      await browser.call('POST /api/reference/approve', { base: 0, values: [], reason }),
      ...(id === undefined ? [] : [await browser.call('POST /api/alerts/shelve', { ids: [id], minutes: 2_880, reason })]),
    ];
    for (const { status, text } of answers) {
      expect(status, text).toBe(503);
      expect(text).toMatch(/nothing was stored, and the act did not take effect|it is not known yet whether the act is stored/);
    }
    if (answers.some(({ text }) => text.includes('not known'))) return false;
    const { planned, approvals } = (await browser.call('GET /api/health', {})).body;
    const { total } = (await browser.call('GET /api/annotations', { from: 0, to: 2_000 })).body;
    expect([planned.length, approvals, total]).toEqual([0, 0, 0]);
    const { status, text, body } = await browser.call('GET /api/audit', { limit: 1000 });
    // a disk that hangs cannot be read, nor together with waiting writes while another process holds its lock
    if (status === 503) expect(text).toContain('state.db');
    else expect(refusedIn(body.entries)).toEqual([]);
    return true;
  }

  /** Proposes an alarm record while the disk fails. Like an acknowledgement it takes effect, and is marked as not saved. */
  async proposeUnsaved(): Promise<void> {
    const known = (await this.#browser.call('GET /api/alarm-records', {})).body.records.find(({ id }) => id === record.id);
    const act = { record, version: known?.last ?? 0, reason: 'rationalised' };
    const { status, body, text } = await this.#browser.call('POST /api/alarm-records/change', act);
    expect([status, body], text).toEqual([200, { notSaved: true }]);
    const { records } = (await this.#browser.call('GET /api/alarm-records', {})).body;
    expect(records).toMatchObject([{ id: record.id, last: act.version + 1, proposal: { record } }]);
  }

  /** Confirms the changed configuration: with a full disk nothing happens, and then another user must approve. */
  async confirmUnderFullDisk(): Promise<void> {
    const confirm = async () => {
      const { change } = (await this.#browser.call('GET /api/configuration', {})).body;
      return this.#browser.call('POST /api/configuration/confirm', { id: change?.id ?? '', reason: 'fewer alarms' });
    };
    this.disk.set('full');
    const refused = await confirm();
    expect(refused.status, refused.text).toBe(503);
    expect(await this.#open(/^Configuration changed/)).toHaveLength(1);
    this.disk.set('none');
    await expect.poll(async () => (await confirm()).status, patience).toBe(200);
    expect((await this.#browser.call('GET /api/health', {})).body.approvals).toBe(1);
  }

  /**
   * Checks that a fault of the disk stops neither detection nor the page, and that everything is saved after the fault has ended.
   */
  async survive(begin: () => void, end: () => void): Promise<void> {
    begin();
    // the first write of all under the fault, and one while others wait
    const isRefused = await this.refuseUnstored(undefined);
    const { id } = await this.crossLimit();
    await this.acknowledgeUnsaved(id);
    await this.proposeUnsaved();
    await expect.poll(() => this.#open(notKept), patience).toHaveLength(1);
    const isRefusedAgain = await this.refuseUnstored(id);
    const [alarm] = await this.#open(notKept);
    expect(alarm).toMatchObject({ priority: 1, explanation: { sentence: expect.stringContaining('alerts and acts') as string } });
    await this.monitor.signIn();
    this.#plant.set('LEVEL', 2);
    await expect.poll(() => this.#open(levelAlert), patience).toHaveLength(0);
    end();
    await expect.poll(() => this.#saving(), patience).toMatchObject({ state: 'ok', pending: 0 });
    await expect.poll(() => this.#open(notKept), patience).toHaveLength(0);
    // the end of the alarm is a change too, which is saved a moment later
    await expect.poll(async () => (await this.#alerts()).filter(({ notSaved }) => notSaved !== undefined), patience).toEqual([]);
    expect(this.monitor.isRunning).toBe(true);
    if (isRefused && isRefusedAgain) expect(refusedIn(await this.audit())).toEqual([]);
  }

  /** Sends SIGTERM. @throws if the process has not ended within 10 s */
  async stop(): Promise<void> {
    const late = systemClock.sleep(10_000).then(() => 'not ended');
    await expect(Promise.race([this.monitor.end('SIGTERM'), late])).resolves.not.toBe('not ended');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }

  /** Open alerts, which are in memory: they appear in every state of the disk. */
  async #alerts(): Promise<readonly Alert[]> {
    return (await this.#browser.call('GET /api/events/next', {})).body.snapshot ?? [];
  }

  /** Alerts with that title whose condition is still active. */
  async #open(title: RegExp): Promise<Alert[]> {
    return (await this.#alerts()).filter(
      (alert) => title.test(alert.title) && alert.findings.some(({ endedAt }) => endedAt === undefined),
    );
  }

  async #saving(): Promise<SavingStatus> {
    return (await this.#browser.call('GET /api/health', {})).body.saving;
  }
}
