import { PacedClock, type PlantPace, systemClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Plant } from '../../src/core/plant.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { TaskScope } from '../../src/core/scope.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { plantOf } from '../plants/index.ts';
import { type ModbusServer, startModbusServer } from '../servers/modbus/index.ts';
import { type OpcuaRequest, type OpcuaServer, startOpcuaServer } from '../servers/opcua/index.ts';
import { startTap } from '../servers/tap/index.ts';
import { NetworkActors } from './actors.ts';
import { CampaignRun } from './campaign-run.ts';
import { Exercise } from './exercise.ts';
import {
  beatEveryMs,
  type SimulatorAddresses,
  type SimulatorBeat,
  type SimulatorConfig,
  type SimulatorStatus,
} from './messages.ts';
import { keep, resume } from './kept-plant.ts';
import { type Playable, playable } from './playable.ts';
import { RequestRecord } from './request-record.ts';
import { Rewind } from './rewind.ts';

/** Maximum plant seconds per second: beyond it the request budgets of the devices do not suffice. */
export const mostSpeed = 60;
/** Maximum plant seconds computed in one step before the servers run. */
const mostStepsAtOnce = 20;
/** Maximum lag of plant time, s of machine time; beyond it plant time is slowed down. */
const mostLagS = 5;
/** Plant time is computed at least this often, ms of machine time. */
const turnMs = 250;
/** Longest interval between status reports, ms of machine time. */
const statusEveryMs = 1_000;
/** Maximum interval between two saves of the plant for the next run, ms of machine time. */
const keepEveryMs = 10_000;
/** Idle timeout of connections, ms of machine time: a monitor of a paused plant sends no requests for hours. */
const idleMs = 86_400_000;

interface Parts extends Playable {
  readonly config: SimulatorConfig;
  readonly plant: Plant;
  readonly rewind: Rewind;
  readonly addresses: SimulatorAddresses;
  readonly opcua: OpcuaServer | undefined;
  readonly actors: NetworkActors;
  readonly resources: AsyncDisposableStack;
  readonly reports: SimulatorReports;
}

/** Receives the simulator's own reports. */
export interface SimulatorReports {
  readonly status: (status: SimulatorStatus) => void;
  readonly beat: (beat: SimulatorBeat) => void;
}

/** A plant with its servers, running at its speed. */
export class Simulator implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #plant: Plant;
  readonly #clock: PacedClock;
  readonly #exercise: Exercise;
  readonly #campaign: CampaignRun;
  readonly #scope = new TaskScope();
  #heldBackAt = Number.NEGATIVE_INFINITY;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#plant = parts.plant;
    // plant time begins when all servers run, so that a monitor can observe all of it
    this.#clock = new PacedClock({ plantMs: parts.plant.time, wallMs: systemClock.now(), speed: parts.config.speed });
    this.#exercise = new Exercise(parts.plant, parts.actors, () => this.#report());
    this.#campaign = new CampaignRun(parts.plant, this.#exercise, parts.scenarios);
    this.#scope.start((signal) => this.#run(signal));
    this.#scope.start((signal) => this.#reportRegularly(signal));
    this.#scope.start((signal) => this.#keepRegularly(signal));
    this.#scope.start((signal) => this.#beat(signal));
  }

  /**
   * Opens the ports of the plant and starts its time.
   * @throws ScadaError LAB_REFUSED if a port is not available, and the reason if a scenario file cannot be used
   */
  static async open(config: SimulatorConfig, context: PluginContext, reports: SimulatorReports): Promise<Simulator> {
    await using cleanup = new AsyncDisposableStack();
    const plant = await createPlant(config, context);
    const { scenarios, campaigns } = playable(config, plant);
    const rewind = new Rewind(plant, await createPlant({ ...config, state: plant.save() }, context));
    const { requestsIn } = config;
    const record = requestsIn === undefined ? undefined : cleanup.use(new RequestRecord(requestsIn, () => plant.time));
    const modbus: Record<string, number> = {};
    const controllers = new Map<string, ModbusServer>();
    for (const { controller, unit, host, port } of config.modbus) {
      const onFrame = record === undefined ? {} : { onFrame: record.modbus(controller) };
      const server = cleanup.use(await startModbusServer({ plant, controller, unit, host, port, idleMs, ...onFrame }, context));
      modbus[controller] = server.port;
      controllers.set(controller, server);
    }
    const onRequest = record === undefined ? {} : { onRequest: (request: OpcuaRequest) => record.opcua(request) };
    const opcua =
      config.opcua === undefined
        ? undefined
        : cleanup.use(await startOpcuaServer({ ...config.opcua, plant, ...onRequest }, context));
    const mirrored = [...Object.values(modbus), ...(opcua === undefined ? [] : [Number(new URL(opcua.endpoint).port)])];
    const tap = config.tap === undefined ? undefined : cleanup.use(await startTap({ ...config.tap, mirrored }, context));
    const addresses: SimulatorAddresses = {
      modbus,
      tap: tap?.port,
      opcua: opcua === undefined ? undefined : { endpoint: opcua.endpoint, certificate: opcua.certificate.toString('base64') },
    };
    const actors = await NetworkActors.open({ config, plant, addresses, controllers, opcua }, context);
    cleanup.defer(async () => await actors.leave());
    return new Simulator({
      config,
      plant,
      rewind,
      scenarios,
      campaigns,
      addresses,
      opcua,
      actors,
      resources: cleanup.move(),
      reports,
    });
  }

  /** The scenarios that can be started. */
  get scenarios(): readonly Scenario[] {
    return this.#parts.scenarios;
  }

  /** The campaigns that can be started. */
  get campaigns(): Playable['campaigns'] {
    return this.#parts.campaigns;
  }

  get addresses(): SimulatorAddresses {
    return this.#parts.addresses;
  }

  /** Resolves when the simulator was disposed. @throws the error that stopped its plant */
  async join(): Promise<void> {
    await this.#scope.join();
  }

  status(): SimulatorStatus {
    return {
      plant: this.#parts.config.plant,
      seed: this.#parts.config.seed,
      pace: this.#clock.pace,
      running: this.#exercise.running,
      campaign: this.#campaign.status,
      events: this.#exercise.events,
      truth: this.#plant.truth(),
      effects: this.#exercise.effects,
      behind: this.#plant.behind?.(this.#exercise.points),
    };
  }

  /** Adds a client's certificate (DER) to the OPC UA server's trust list. */
  async trust(certificate: Buffer): Promise<void> {
    await this.#parts.opcua?.trust(certificate);
  }

  /**
   * @param why reason of a speed that no user chose
   * @throws ScadaError LAB_REFUSED outside 0–60
   */
  setSpeed(speed: number, why?: string): void {
    if (!(speed >= 0 && speed <= mostSpeed)) {
      throw new ScadaError('config', 'LAB_REFUSED', `speed ${speed} is not possible`, {
        hint: `choose 0 (pause) to ${mostSpeed}`,
      });
    }
    const pace: PlantPace = { plantMs: this.#clock.now(), wallMs: systemClock.now(), speed };
    this.#clock.setPace(pace);
    this.#exercise.note('control', speed === 0 ? 'paused' : why === undefined ? `speed ${speed}×` : `speed ${speed}×: ${why}`);
  }

  /** @throws ScadaError LAB_REFUSED for an unknown scenario, or while another one runs */
  start(id: string): void {
    const { config, scenarios } = this.#parts;
    const scenario = scenarios.find((candidate) => candidate.id === id);
    if (scenario === undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', `there is no scenario ${id} for ${config.plant}`, {
        hint: `choose one of ${scenarios.map((candidate) => candidate.id).join(', ')}`,
      });
    }
    this.#campaign.assertNone();
    this.#exercise.start(scenario);
    this.#parts.rewind.checkpoint();
  }

  /** @throws ScadaError LAB_REFUSED for an unknown campaign, or while a scenario or a campaign runs */
  startCampaign(id: string): void {
    const { config, campaigns } = this.#parts;
    const campaign = campaigns.find((candidate) => candidate.id === id);
    if (campaign === undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', `there is no campaign ${id} for ${config.plant}`, {
        hint: 'give its folder by --scenarios',
      });
    }
    this.#campaign.start(campaign);
    this.#parts.rewind.checkpoint();
  }

  /** Ends the running scenario and its campaign. */
  async stop(): Promise<void> {
    await this.#exercise.stop();
    this.#campaign.stop();
  }

  /** Ends the exercise and restores the state that the plant would have now without it. */
  async reset(): Promise<void> {
    await this.stop();
    await this.#parts.rewind.run(this.#scope.signal);
    this.#parts.opcua?.publish();
    this.#exercise.note('control', 'plant put to where it would be without the exercise');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
    await keep(this.#plant, this.#parts.config);
    await this.#parts.resources.disposeAsync();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const behind = Math.floor((this.#clock.now() - this.#plant.time) / 1000);
      const steps = Math.min(behind, mostStepsAtOnce);
      // one second at a time while a scenario runs, so that its steps have the times of the script
      for (let step = 0; step < steps; step++) {
        this.#plant.step(1);
        // each second is a change of its own for subscriptions, at any speed, before the network acts of the second take their time
        this.#parts.opcua?.publish();
        if (this.#exercise.running !== undefined) {
          await this.#exercise.tick();
          this.#parts.opcua?.publish();
        }
        this.#campaign.tick();
      }
      if (this.#exercise.running === undefined && this.#campaign.status === undefined) this.#parts.rewind.idle();
      if (behind > mostLagS * this.#clock.pace.speed + mostStepsAtOnce) this.#holdBack();
      const toNext = (this.#plant.time + 1000 - this.#clock.now()) / Math.max(this.#clock.pace.speed, 1e-9);
      await systemClock.sleep(Math.min(turnMs, Math.max(0, toNext)), signal);
    }
  }

  /** Slows plant time down on a slow machine, and notes it in the timeline at most once a minute. */
  #holdBack(): void {
    const wallMs = systemClock.now();
    const { speed } = this.#clock.pace;
    this.#clock.setPace({ plantMs: this.#plant.time, wallMs, speed });
    if (wallMs - this.#heldBackAt > 60_000) {
      this.#exercise.note('control', `this machine is too slow for ${speed}×: plant time is held back`);
    }
    this.#heldBackAt = wallMs;
  }

  async #reportRegularly(signal: AbortSignal): Promise<void> {
    for (;;) {
      await systemClock.sleep(statusEveryMs, signal);
      this.#report();
    }
  }

  async #beat(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { user, system } = process.cpuUsage();
      const behindMs = Math.max(0, this.#clock.now() - this.#plant.time);
      this.#parts.reports.beat({ behindMs, cpuMs: (user + system) / 1_000 });
      await systemClock.sleep(beatEveryMs, signal);
    }
  }

  async #keepRegularly(signal: AbortSignal): Promise<void> {
    for (;;) {
      await systemClock.sleep(keepEveryMs, signal);
      await keep(this.#plant, this.#parts.config);
    }
  }

  #report(): void {
    this.#parts.reports.status(this.status());
  }
}

async function createPlant(config: SimulatorConfig, context: PluginContext): Promise<Plant> {
  const plugin = plantOf(config.plant);
  const { seed, startTime, season, life, state } = config;
  const plant = await plugin.create(plugin.schema.parse({}), { seed, startTime, season, life, state }, context);
  if (state === undefined) await resume(plant, config);
  return plant;
}
