import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  beatEveryMs,
  type LabCalls,
  type LabEvent,
  type SimulatorAddresses,
  type SimulatorConfig,
  type SimulatorStatus,
} from '../../../simulators/lab/messages.ts';
import { PacedClock, systemClock } from '../../core/clock.ts';
import { Deadline } from '../../core/deadline.ts';
import { ScadaError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import type { LabControl, LabStatus } from '../../core/lab.ts';
import type { Logger } from '../../core/plugin.ts';
import { moduleBeside } from '../../core/module.ts';
import { RpcClient } from '../../core/rpc.ts';
import { processPort } from '../../core/rpc-ports.ts';

/** Deadline of a call to the simulator, ms of machine time. */
const deadlineMs = 30_000;
/** Deadline of the start, ms. The start computes much and takes far longer on a busy machine. */
const openDeadlineMs = 180_000;
/** Time that the simulator has to end by itself, ms. */
const closeMs = 3_000;

/** Speeds that the page offers, plant seconds per second. */
export const offeredSpeeds = [1, 4, 10, 30, 60] as const;

/** Monitor side of the simulator process: control, status, and the clock of the plant. */
export class LabClient implements LabControl, AsyncDisposable {
  readonly scenarios: LabControl['scenarios'];
  readonly campaigns: LabControl['campaigns'];
  /**
   * Plant time. It continues after the simulator has ended: otherwise no value would become stale and no device would be missed.
   */
  readonly clock: PacedClock;
  readonly addresses: SimulatorAddresses;
  readonly #child: ChildProcess;
  readonly #rpc: RpcClient<LabCalls, LabEvent>;
  readonly #listeners = new Set<() => void>();
  readonly #exited: Promise<void>;
  #disposing = false;
  #status: SimulatorStatus;
  /** Time and content of the last heartbeat, ms of the machine's monotonic clock. */
  #beatAt = systemClock.monotonic();
  #behindMs = 0;
  #cpuMs = 0;
  #ended = false;

  private constructor(
    child: ChildProcess,
    rpc: RpcClient<LabCalls, LabEvent>,
    { addresses, status, scenarios, campaigns }: LabCalls['open']['result'],
    logger: Logger,
  ) {
    this.#child = child;
    this.#rpc = rpc;
    this.#status = status;
    this.addresses = addresses;
    this.clock = new PacedClock(status.pace);
    this.scenarios = scenarios;
    this.campaigns = campaigns;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    child.on('exit', (code) => {
      this.#ended = true;
      if (this.#disposing) return;
      logger.error(`the simulator has ended with status ${code ?? 'none'}: no device answers any more`);
      const now = { plantMs: this.clock.now(), wallMs: systemClock.now(), speed: Math.max(1, this.clock.pace.speed) };
      const event = { time: now.plantMs, lane: 'control' as const, text: 'the simulator has ended: start scadawatch again' };
      this.#take({
        ...this.#status,
        pace: now,
        running: undefined,
        campaign: undefined,
        events: [...this.#status.events, event],
      });
    });
  }

  /** Forks the simulator and puts the plant on its ports. @throws ScadaError LAB_REFUSED with the simulator's reason */
  static async start(config: SimulatorConfig, logger: Logger): Promise<LabClient> {
    const child = fork(fileURLToPath(moduleBeside(import.meta.url, '../../../simulators/main')), [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let client: LabClient | undefined;
    const rpc = new RpcClient<LabCalls, LabEvent>(processPort(child), {
      name: 'the simulator',
      unavailable: (reason, cause) => new ScadaError('fatal', 'LAB_REFUSED', reason, { cause, hint: 'start scadawatch again' }),
      onEvent: (event) => {
        if (client !== undefined) client.#note(event);
      },
    });
    try {
      const opened = await answered(rpc, 'open', config, openDeadlineMs);
      return (client = new LabClient(child, rpc, opened, logger));
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

  /** Delay of the plant, ms of plant time. 0 after the simulator has ended: its devices are then missing, not late. */
  lagMs(): number {
    if (this.#ended) return 0;
    const quietMs = Math.max(0, systemClock.monotonic() - this.#beatAt - beatEveryMs);
    // a plant that moves in steps of a second may be one turn behind
    return this.#behindMs + quietMs * this.clock.pace.speed;
  }

  /** Processor time of the simulator, ms. */
  get cpuMs(): number {
    return this.#cpuMs;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds a client's certificate (DER) to the trust list of the plant's OPC UA server. */
  async trust(certificate: Buffer): Promise<void> {
    await answered(this.#rpc, 'trust', { certificate: certificate.toString('base64') });
  }

  /** @param why reason of a speed that no person has chosen */
  async setSpeed(speed: number, why?: string): Promise<void> {
    await answered(this.#rpc, 'speed', { speed, why });
  }

  async start(scenario: string): Promise<void> {
    await answered(this.#rpc, 'start', { scenario });
  }

  async startCampaign(campaign: string): Promise<void> {
    await answered(this.#rpc, 'campaign', { campaign });
  }

  async stop(): Promise<void> {
    await answered(this.#rpc, 'stop', undefined);
  }

  async reset(): Promise<void> {
    await answered(this.#rpc, 'reset', undefined);
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

  #note(event: LabEvent): void {
    if (event.type === 'status') return this.#take(event.status);
    this.#beatAt = systemClock.monotonic();
    this.#behindMs = event.beat.behindMs;
    this.#cpuMs = event.beat.cpuMs;
  }

  #take(status: SimulatorStatus): void {
    const { pace } = this.clock;
    const next = status.pace;
    this.#status = status;
    if (next.speed !== pace.speed || next.plantMs !== pace.plantMs || next.wallMs !== pace.wallMs) this.clock.setPace(next);
    for (const listener of this.#listeners) listener();
  }
}

/** Result of a call. @throws ScadaError LAB_REFUSED, also after the deadline */
async function answered<Name extends keyof LabCalls>(
  rpc: RpcClient<LabCalls, LabEvent>,
  name: Name,
  args: LabCalls[Name]['args'],
  ms = deadlineMs,
): Promise<LabCalls[Name]['result']> {
  const message = `the simulator did not answer to ${name} within ${formatDuration(ms)}`;
  const hint = 'try again when this machine is less busy';
  const late = new Deadline(systemClock, ms, () => new ScadaError('retryable', 'LAB_REFUSED', message, { hint }));
  return late.within(rpc.call(name, args));
}
