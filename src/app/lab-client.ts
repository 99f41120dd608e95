import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  beatEveryMs,
  type LabCall,
  type LabMessage,
  type LabRequest,
  type SimulatorAddresses,
  type SimulatorConfig,
  type SimulatorStatus,
} from '../../simulators/lab/messages.ts';
import { scenarios } from '../../simulators/scenarios/index.ts';
import { PacedClock, systemClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { LabControl, LabStatus } from '../core/lab.ts';
import type { Logger } from '../core/plugin.ts';
import { moduleBeside } from '../core/module.ts';

/** A call that is not answered in this time has failed, ms of machine time. */
const deadlineMs = 30_000;
/** The same of the start, which computes much before it answers and takes far longer on a busy machine. */
const openDeadlineMs = 180_000;
/** What the simulator is given to end by itself, ms. */
const closeMs = 3_000;

/** Speeds that the page offers, plant seconds per second. */
export const offeredSpeeds = [1, 4, 10, 30, 60] as const;

/** The simulator's process, seen from the monitor's: control, status, and the clock of the plant. */
export class LabClient implements LabControl, AsyncDisposable {
  readonly scenarios: LabControl['scenarios'];
  /** Plant time. It runs on when the simulator is gone: in time that stood still no value would grow old and no device be missed. */
  readonly clock: PacedClock;
  readonly addresses: SimulatorAddresses;
  readonly #child: ChildProcess;
  readonly #calls: Calls;
  readonly #listeners = new Set<() => void>();
  readonly #exited: Promise<void>;
  #disposing = false;
  #status: SimulatorStatus;
  /** When the last beat came, ms of the machine's monotonic clock, and what it said. */
  #beatAt = systemClock.monotonic();
  #behindMs = 0;
  #cpuMs = 0;
  #ended = false;

  private constructor(child: ChildProcess, calls: Calls, status: SimulatorStatus, addresses: SimulatorAddresses, logger: Logger) {
    this.#child = child;
    this.#calls = calls;
    this.#status = status;
    this.addresses = addresses;
    this.clock = new PacedClock(status.pace);
    this.scenarios = scenarios.filter(({ plant }) => plant === status.plant);
    child.on('message', (message: LabMessage) => {
      if (message.type === 'status') this.#take(message.status);
      else if (message.type === 'beat') {
        this.#beatAt = systemClock.monotonic();
        this.#behindMs = message.beat.behindMs;
        this.#cpuMs = message.beat.cpuMs;
      }
    });
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    child.on('exit', (code) => {
      this.#ended = true;
      if (this.#disposing) return;
      logger.error(`the simulator has ended with status ${code ?? 'none'}: no device answers any more`);
      const now = { plantMs: this.clock.now(), wallMs: systemClock.now(), speed: Math.max(1, this.clock.pace.speed) };
      const event = { time: now.plantMs, lane: 'control' as const, text: 'the simulator has ended: start scadawatch again' };
      this.#take({ ...this.#status, pace: now, running: undefined, events: [...this.#status.events, event] });
    });
  }

  /** Forks the simulator and puts the plant on its ports. @throws ScadaError LAB_REFUSED with the simulator's reason */
  static async start(config: SimulatorConfig, logger: Logger): Promise<LabClient> {
    const child = fork(fileURLToPath(moduleBeside(import.meta.url, '../../simulators/main')), [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const calls = new Calls(child);
    const { promise: first, resolve } = Promise.withResolvers<SimulatorStatus>();
    child.on('message', (message: LabMessage) => {
      if (message.type === 'status') resolve(message.status);
    });
    try {
      const addresses = await calls.call({ call: 'open', config });
      if (addresses === undefined) throw new ScadaError('fatal', 'INTERNAL', 'the simulator did not say where it is');
      return new LabClient(child, calls, await first, addresses, logger);
    } catch (thrown) {
      child.kill('SIGKILL');
      throw thrown;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  status(): LabStatus {
    return { ...this.#status, speeds: offeredSpeeds.map((speed) => ({ speed })) };
  }

  /** A plant whose simulator has ended is not late: its devices are missing. */
  lagMs(): number {
    if (this.#ended) return 0;
    const quietMs = Math.max(0, systemClock.monotonic() - this.#beatAt - beatEveryMs);
    // up to a turn is how a plant that moves by whole seconds keeps time
    return this.#behindMs + quietMs * this.clock.pace.speed;
  }

  /** Processor time that the simulator has used, ms. */
  get cpuMs(): number {
    return this.#cpuMs;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts a client's certificate (DER) on the trust list of the plant's OPC UA server. */
  async trust(certificate: Buffer): Promise<void> {
    await this.#calls.call({ call: 'trust', certificate: certificate.toString('base64') });
  }

  /** @param why of a speed that nobody chose */
  async setSpeed(speed: number, why?: string): Promise<void> {
    await this.#calls.call({ call: 'speed', speed, why });
  }

  async start(scenario: string): Promise<void> {
    await this.#calls.call({ call: 'start', scenario });
  }

  async stop(): Promise<void> {
    await this.#calls.call({ call: 'stop' });
  }

  async reset(): Promise<void> {
    await this.#calls.call({ call: 'reset' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#disposing = true;
    this.#child.kill('SIGTERM');
    const ended = new AbortController();
    const late = systemClock.sleep(closeMs, ended.signal).then(
      () => void this.#child.kill('SIGKILL'),
      () => {},
    );
    await this.#exited;
    ended.abort();
    await late;
  }

  #take(status: SimulatorStatus): void {
    const { pace } = this.clock;
    const next = status.pace;
    this.#status = status;
    if (next.speed !== pace.speed || next.plantMs !== pace.plantMs || next.wallMs !== pace.wallMs) this.clock.setPace(next);
    for (const listener of this.#listeners) listener();
  }
}

/** Questions over the IPC channel, answered by their number. */
class Calls {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { resolve: (addresses: SimulatorAddresses | undefined) => void; reject: (error: Error) => void }
  >();
  #last = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: LabMessage) => {
      if (message.type === 'status' || message.type === 'beat') return;
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.type === 'answer') waiting?.resolve(message.addresses);
      else waiting?.reject(new ScadaError('config', 'LAB_REFUSED', message.message));
    });
    child.on('exit', () => this.#failAll('the simulator has ended'));
  }

  async call(call: LabCall): Promise<SimulatorAddresses | undefined> {
    if (!this.#child.connected)
      throw new ScadaError('fatal', 'LAB_REFUSED', 'the simulator has ended', { hint: 'start scadawatch again' });
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<SimulatorAddresses | undefined>();
    this.#waiting.set(id, { resolve, reject });
    const request: LabRequest = { ...call, id };
    this.#child.send(request);
    const answered = new AbortController();
    try {
      return await Promise.race([promise, this.#late(call.call, answered.signal)]);
    } finally {
      answered.abort();
      this.#waiting.delete(id);
    }
  }

  async #late(call: LabCall['call'], signal: AbortSignal): Promise<never> {
    const ms = call === 'open' ? openDeadlineMs : deadlineMs;
    await systemClock.sleep(ms, signal);
    throw new ScadaError('retryable', 'LAB_REFUSED', `the simulator did not answer to ${call} within ${ms / 1000} s`, {
      hint: 'try again when this machine is less busy',
    });
  }

  #failAll(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new ScadaError('fatal', 'LAB_REFUSED', message));
    this.#waiting.clear();
  }
}
