import { PacedClock, type PlantPace, systemClock } from '../../src/core/clock.ts';
import { ScadaError, toScadaError } from '../../src/core/errors.ts';
import type { LabStatus } from '../../src/core/lab.ts';
import type { Plant, PlantPoint } from '../../src/core/plant.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { ScenarioStep } from '../../src/core/scenario.ts';
import { TaskScope } from '../../src/core/scope.ts';
import { ModbusActor } from '../actors/modbus.ts';
import { actorCertificate, connectOpcuaActor } from '../actors/opcua.ts';
import { plants } from '../plants/index.ts';
import { scenarios } from '../scenarios/index.ts';
import { startModbusServer } from '../servers/modbus/index.ts';
import { type OpcuaServer, startOpcuaServer } from '../servers/opcua/index.ts';
import { type Actors, Exercise } from './exercise.ts';
import type { SimulatorAddresses, SimulatorConfig } from './messages.ts';

/** Plant seconds per second that the lab goes up to: beyond it the poll budgets of the devices do not carry. */
export const mostSpeed = 60;
/** Plant seconds that are computed at one go before others get a turn. */
const mostStepsAtOnce = 600;
/** Plant time is computed at least this often, ms of machine time. */
const turnMs = 250;
/** The status is told at least this often, ms of machine time. */
const statusEveryMs = 1_000;

/** A plant on its ports, at its pace. */
export class Simulator implements AsyncDisposable {
  readonly addresses: SimulatorAddresses;
  readonly #config: SimulatorConfig;
  readonly #plant: Plant;
  readonly #clock: PacedClock;
  readonly #exercise: Exercise;
  readonly #opcua: OpcuaServer | undefined;
  readonly #startValues: readonly number[];
  readonly #onStatus: (status: LabStatus) => void;
  readonly #resources: AsyncDisposableStack;
  readonly #scope = new TaskScope();

  private constructor(
    config: SimulatorConfig,
    plant: Plant,
    parts: { clock: PacedClock; addresses: SimulatorAddresses; opcua: OpcuaServer | undefined; resources: AsyncDisposableStack },
    actors: Actors,
    onStatus: (status: LabStatus) => void,
  ) {
    this.#config = config;
    this.#plant = plant;
    this.#clock = parts.clock;
    this.addresses = parts.addresses;
    this.#opcua = parts.opcua;
    this.#resources = parts.resources;
    this.#onStatus = onStatus;
    this.#startValues = Array.from(plant.registers);
    this.#exercise = new Exercise(plant, actors, () => this.#tell());
    this.#scope.start((signal) => this.#run(signal));
    this.#scope.start((signal) => this.#tellRegularly(signal));
  }

  /** Puts the plant on its ports and lets its time run. @throws ScadaError LAB_REFUSED if a port can not be taken */
  static async open(config: SimulatorConfig, context: PluginContext, onStatus: (status: LabStatus) => void): Promise<Simulator> {
    await using cleanup = new AsyncDisposableStack();
    const plant = await createPlant(config, context);
    const modbus: Record<string, number> = {};
    for (const { controller, unit, host, port } of config.modbus) {
      const server = cleanup.use(await startModbusServer({ plant, controller, unit, host, port }, context));
      modbus[controller] = server.port;
    }
    const opcua =
      config.opcua === undefined ? undefined : cleanup.use(await startOpcuaServer({ ...config.opcua, plant }, context));
    const addresses: SimulatorAddresses = {
      modbus,
      opcua: opcua === undefined ? undefined : { endpoint: opcua.endpoint, certificate: opcua.certificate.toString('base64') },
    };
    // plant time begins when everything stands: none of it passes unseen
    const clock = new PacedClock({ plantMs: plant.time, wallMs: systemClock.now(), speed: config.speed });
    const actors = networkActors(config, plant, addresses, opcua, context);
    return new Simulator(config, plant, { clock, addresses, opcua, resources: cleanup.move() }, actors, onStatus);
  }

  status(): LabStatus {
    return {
      plant: this.#config.plant,
      seed: this.#config.seed,
      pace: this.#clock.pace,
      running: this.#exercise.running,
      events: this.#exercise.events,
      truth: this.#plant.truth(),
    };
  }

  /** Puts a client's certificate (DER) on the OPC UA server's trust list. */
  async trust(certificate: Buffer): Promise<void> {
    await this.#opcua?.trust(certificate);
  }

  /** @throws ScadaError LAB_REFUSED outside 0–60 */
  setSpeed(speed: number): void {
    if (!(speed >= 0 && speed <= mostSpeed)) {
      throw new ScadaError('config', 'LAB_REFUSED', `speed ${speed} is not possible`, {
        hint: `choose 0 (pause) to ${mostSpeed}`,
      });
    }
    const pace: PlantPace = { plantMs: this.#clock.now(), wallMs: systemClock.now(), speed };
    this.#clock.setPace(pace);
    this.#exercise.note('control', speed === 0 ? 'paused' : `speed ${speed}×`);
  }

  /** @throws ScadaError LAB_REFUSED for an unknown scenario, or while another one runs */
  start(id: string): void {
    const scenario = scenarios.find((candidate) => candidate.id === id && candidate.plant === this.#config.plant);
    if (scenario === undefined)
      throw new ScadaError('config', 'LAB_REFUSED', `there is no scenario ${id} for ${this.#config.plant}`);
    this.#exercise.start(scenario);
  }

  stop(): void {
    this.#exercise.stop();
  }

  /** Ends the exercise and gives every writable point the value it had at the start; the process recovers by itself. */
  reset(): void {
    this.#exercise.stop();
    this.#plant.act({ type: 'release', point: '*' });
    this.#plant.points.forEach(({ writable }, index) => {
      const value = this.#startValues[index];
      if (writable && value !== undefined && this.#plant.registers[index] !== value) this.#plant.write(index, value);
    });
    this.#exercise.note('control', 'plant reset to its settings at the start');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
    await this.#resources.disposeAsync();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const behind = Math.floor((this.#clock.now() - this.#plant.time) / 1000);
      const steps = Math.min(behind, mostStepsAtOnce);
      // second by second while a scenario runs, so that its steps fall where the script has them
      for (let step = 0; step < steps; step++) {
        this.#plant.step(1);
        if (this.#exercise.running !== undefined) await this.#exercise.tick();
      }
      if (steps > 0) this.#opcua?.publish();
      if (behind > mostStepsAtOnce) this.#slowDown();
      const toNext = (this.#plant.time + 1000 - this.#clock.now()) / Math.max(this.#clock.pace.speed, 1e-9);
      await systemClock.sleep(Math.min(turnMs, Math.max(0, toNext)), signal);
    }
  }

  /** The machine can not keep up: plant time waits for it, and the timeline says so. */
  #slowDown(): void {
    this.#clock.setPace({ plantMs: this.#plant.time, wallMs: systemClock.now(), speed: this.#clock.pace.speed });
    this.#exercise.note('control', 'this machine is too slow for the speed: plant time was held back');
  }

  async #tellRegularly(signal: AbortSignal): Promise<void> {
    for (;;) {
      await systemClock.sleep(statusEveryMs, signal);
      this.#tell();
    }
  }

  #tell(): void {
    this.#onStatus(this.status());
  }
}

async function createPlant(config: SimulatorConfig, context: PluginContext): Promise<Plant> {
  const plugin = plants.find(({ type }) => type === config.plant);
  if (plugin === undefined) {
    throw new ScadaError('config', 'LAB_REFUSED', `there is no plant ${config.plant}`, {
      hint: `choose one of ${plants.map(({ type }) => type).join(', ')}`,
    });
  }
  const { seed, startTime, life } = config;
  const plant = await plugin.create(plugin.schema.parse({}), { seed, startTime, life }, context);
  if (config.state !== undefined) plant.restore(config.state);
  return plant;
}

/** Actors that reach the plant through its own servers, each as a client of its own. */
function networkActors(
  config: SimulatorConfig,
  plant: Plant,
  addresses: SimulatorAddresses,
  opcua: OpcuaServer | undefined,
  context: PluginContext,
): Actors {
  const pointOf = (name: string): PlantPoint => {
    const point = plant.points.find((candidate) => candidate.name === name);
    if (point === undefined) throw new ScadaError('config', 'LAB_REFUSED', `the plant has no point ${name}`);
    return point;
  };
  const modbus = async (controller: string): Promise<ModbusActor> => {
    const server = config.modbus.find((candidate) => candidate.controller === controller);
    const port = addresses.modbus[controller];
    if (server === undefined || port === undefined)
      throw new ScadaError('config', 'LAB_REFUSED', `the controller ${controller} is not on a port`);
    return ModbusActor.connect({ host: server.host, port, unit: server.unit });
  };
  return {
    async write(protocol, controller, name, value, actor) {
      const point = pointOf(name);
      try {
        if (protocol === 'modbus') {
          await using client = await modbus(controller);
          await client.write(point.modbus, value);
          return;
        }
        const settings = config.opcua;
        const [user] = settings?.users ?? [];
        if (opcua === undefined || settings === undefined || user === undefined) return;
        const pkiDir = `${settings.pkiDir}-${actor satisfies ScenarioStep['actor']}`;
        await opcua.trust(await actorCertificate(pkiDir));
        const options = { endpoint: opcua.endpoint, user, pkiDir, serverCertificate: opcua.certificate };
        await using client = await connectOpcuaActor(options, context);
        await client.write(`ns=1;s=${name}`, value);
      } catch (thrown) {
        // an act that fails is part of the exercise, not its end
        context.logger.warn(`act on ${name} failed: ${toScadaError(thrown).message}`);
      }
    },
    async scan(controller, from, to) {
      await using client = await modbus(controller);
      await client.scan(from, to);
    },
  };
}
