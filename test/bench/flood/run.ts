import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from '../../../dashboard/server/testing/browser.ts';
import { openHttpReceiver } from '../../support/http-receiver.ts';
import { parseMessage, type ServerMessage } from '../../../dashboard/protocol.ts';
import { firstLine, startProcess, stopped } from '../load/process.ts';
import { RunningMonitor } from '../running-monitor.ts';

/** Equipment with one limit each: all of them have one supply. */
const devices = 4;

export interface FloodOptions {
  /** Limits that are crossed. */
  readonly limits: number;
  readonly mode: 'crossed' | 'flapping';
  /** Time for which it is watched, s. */
  readonly seconds: number;
}

export interface FloodOutcome {
  /** Time from the crossing until the page had every alert, ms; NaN if it never had. */
  readonly listedMs: number;
  readonly listed: number;
  readonly incidents: number;
  /** Longest time between two heartbeats of the websocket, and of an answer of the HTTP API, ms. */
  readonly heartbeatMs: number;
  readonly answerMs: number;
  readonly messages: number;
  /** Most memory of all processes of the monitor, and of the largest one, bytes. */
  readonly memory: number;
  readonly largest: number;
  /** Size of state.db with its log, bytes. */
  readonly stateBytes: number;
  /** Alerts of the monitor about itself. */
  readonly own: readonly string[];
}

const tagsPerDevice = (limits: number): number => Math.ceil(limits / devices);

function configuration(limits: number, ports: readonly number[], receiver: string): string {
  const each = tagsPerDevice(limits);
  const all = ports.flatMap((_, d) =>
    Array.from({ length: Math.min(each, limits - d * each) }, (__, i) => ({
      name: `T${d * each + i}`,
      device: `plc${d}`,
      register: i,
    })),
  );
  return [
    'site: {name: Flood}',
    'areas:',
    '  - id: area',
    '    name: Area',
    '    equipment:',
    '      - {id: SUP, name: Supply, kind: supply}',
    ...all.map(({ name }) => `      - {id: E${name}, name: Instrument ${name}, kind: instrument, dependsOn: [SUP]}`),
    'devices:',
    ...ports.map((port, d) => `  plc${d}: {type: modbus, host: 127.0.0.1, port: ${port}, pauseMs: 5, identity: false}`),
    'scanClasses: {normal: 1s}',
    'dashboard: {port: 0}',
    `notifiers:\n  - {type: webhook, url: '${receiver}', secret: a secret of the bench alone}`,
    'tags:',
    ...all.map(
      ({ name, device, register }) =>
        `  ${name}: {device: ${device}, address: {table: holding, register: ${register}, type: uint16}, kind: analog, role: measurement, area: area, equipment: E${name}, unit: m, range: [0, 200], scan: normal, description: Value of ${name}, limits: {high: 50, priority: 2, response: Check the supply}}`,
    ),
    '',
  ].join('\n');
}

/** Ids of a process and all of its children. */
function processesOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processesOf)];
}

/** Memory of a process, bytes: a page that several processes share counts in parts (PSS). */
const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1_024;

const stateBytes = (dir: string): number =>
  readdirSync(dir).reduce((sum, name) => sum + (name.startsWith('state.db') ? statSync(join(dir, name)).size : 0), 0);

/** Crosses limits of a monitor at once, beside a process that needs a core for itself. */
export async function flood({ limits, mode, seconds }: FloodOptions): Promise<FloodOutcome> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-flood-'));
  const busy = spawn(process.execPath, ['-e', 'for (;;);']);
  const plcs = Array.from({ length: devices }, () => startProcess(new URL('device.ts', import.meta.url), []));
  await using receiver = await openHttpReceiver();
  try {
    const ports = await Promise.all(plcs.map(async (plc) => Number(await firstLine(plc))));
    const file = join(dir, 'plant.yaml');
    writeFileSync(file, configuration(limits, ports, receiver.url));
    await using monitor = await RunningMonitor.start(file, join(dir, 'data'));
    const browser = await monitor.setUp();
    await sleep(10_000);
    const watched = new Watched(browser, monitor.pid, join(dir, 'data'));
    await watched.open();
    const began = performance.now();
    for (const plc of plcs) plc.stdin?.write(`${mode}\n`);
    const outcome = await watched.until(began, seconds, limits);
    return { ...outcome, messages: receiver.bodies.length };
  } finally {
    busy.kill('SIGKILL');
    await Promise.all(plcs.map(stopped));
    rmSync(dir, { recursive: true, force: true });
  }
}

/** An open page that counts alerts, beside requests of the HTTP API. */
class Watched {
  readonly #browser: Browser;
  readonly #pid: number;
  readonly #data: string;
  readonly #alerts = new Map<
    string,
    { readonly incident: string; readonly title: string; readonly device: string | undefined }
  >();
  #beatAt = 0;
  #heartbeatMs = 0;
  #answerMs = 0;
  #listedAt = Number.NaN;

  constructor(browser: Browser, pid: number, data: string) {
    this.#browser = browser;
    this.#pid = pid;
    this.#data = data;
  }

  async open(): Promise<void> {
    const page = await this.#browser.open();
    page.socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const message = parseMessage<ServerMessage>(Buffer.from(data as ArrayBuffer).toString('utf8'));
      page.messages.length = 0;
      page.frames.length = 0;
      const now = performance.now();
      if (message.type === 'heartbeat') {
        if (this.#beatAt > 0) this.#heartbeatMs = Math.max(this.#heartbeatMs, now - this.#beatAt);
        this.#beatAt = now;
      }
      if (message.type === 'alert-snapshot') this.#take(message.alerts);
      if (message.type === 'alert-changes') this.#take(message.changes.map(({ alert }) => alert));
    });
    page.send({ type: 'resume' });
  }

  #take(alerts: readonly { id: string; incident: string; title: string; device?: string | undefined }[]): void {
    for (const { id, incident, title, device } of alerts) this.#alerts.set(id, { incident, title, device });
  }

  async until(began: number, seconds: number, limits: number): Promise<Omit<FloodOutcome, 'messages'>> {
    let memory = 0;
    let largest = 0;
    for (let next = began + 250; performance.now() - began < seconds * 1_000; next += 250) {
      await sleep(Math.max(0, next - performance.now()));
      const asked = performance.now();
      await this.#browser.raw({ method: 'GET', path: '/api/alerts?limit=50' });
      this.#answerMs = Math.max(this.#answerMs, performance.now() - asked);
      this.#heartbeatMs = Math.max(this.#heartbeatMs, performance.now() - this.#beatAt);
      if (Number.isNaN(this.#listedAt) && this.#ofLimits().length >= limits) this.#listedAt = performance.now();
      const sizes = processesOf(this.#pid).map(memoryOf);
      memory = Math.max(
        memory,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      largest = Math.max(largest, ...sizes);
    }
    const all = [...this.#alerts.values()];
    return {
      listedMs: this.#listedAt - began,
      listed: this.#ofLimits().length,
      incidents: new Set(this.#ofLimits().map(({ incident }) => incident)).size,
      heartbeatMs: this.#heartbeatMs,
      answerMs: this.#answerMs,
      memory,
      largest,
      stateBytes: stateBytes(this.#data),
      own: all.flatMap(({ device, title }) => (device === undefined ? [] : [title])),
    };
  }

  #ofLimits(): { readonly incident: string }[] {
    return [...this.#alerts.values()].filter(({ device }) => device === undefined);
  }
}
