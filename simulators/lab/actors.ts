import { systemClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Plant, PlantPoint } from '../../src/core/plant.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { ScenarioAct, ScenarioStep } from '../../src/core/scenario.ts';
import { HeldConnections } from '../actors/held-connections.ts';
import { ModbusActor } from '../actors/modbus.ts';
import { actorCertificate, connectOpcuaActor, type OpcuaActor } from '../actors/opcua.ts';
import { OperatorStation } from '../actors/operator-station.ts';
import type { ModbusServer } from '../servers/modbus/index.ts';
import type { OpcuaServer } from '../servers/opcua/index.ts';
import type { Actors } from './exercise.ts';
import { displayMs, homes } from './homes.ts';
import type { SimulatorAddresses, SimulatorConfig } from './messages.ts';

type Role = ScenarioStep['actor'];

/** Who has an OPC UA client. */
const clientRoles: readonly Role[] = ['operator', 'attacker'];
const pkiOf = (pkiDir: string, role: Role): string => `${pkiDir}-${role}`;

const manyHomes = process.platform === 'linux';

/** Addresses and credentials of the simulator for actors. */
export interface ActorTargets {
  readonly config: SimulatorConfig;
  readonly plant: Plant;
  readonly addresses: SimulatorAddresses;
  readonly controllers: ReadonlyMap<string, ModbusServer>;
  readonly opcua: OpcuaServer | undefined;
}

/**
 * Actors that reach the plant through its own servers, each as a separate client. A client stays connected until `leave`, as a
 * person's tool would, and is replaced if its connection has ended.
 */
export class NetworkActors implements Actors {
  readonly #targets: ActorTargets;
  readonly #context: PluginContext;
  readonly #modbus = new Map<string, ModbusActor>();
  readonly #opcua = new Map<string, OpcuaActor>();
  readonly #held: HeldConnections[] = [];
  /** Displays of the operator station by controller. */
  readonly #displays = new Map<string, OperatorStation>();

  private constructor(targets: ActorTargets, context: PluginContext) {
    this.#targets = targets;
    this.#context = context;
  }

  /** Creates the certificates of the clients: a running plant would stand still for that time. */
  static async open(targets: ActorTargets, context: PluginContext): Promise<NetworkActors> {
    const { opcua } = targets.config;
    if (opcua !== undefined) for (const role of clientRoles) await actorCertificate(pkiOf(opcua.pkiDir, role), role);
    return new NetworkActors(targets, context);
  }

  async perform(act: Exclude<ScenarioAct, { readonly type: 'plant' }>, role: Role): Promise<void> {
    switch (act.type) {
      case 'modbus-write':
        return (await this.#modbusClient(act.controller, act.addressOf ?? role)).write(
          this.#pointOf(act.point).modbus,
          act.value,
        );
      case 'opcua-write':
        return (await this.#opcuaClient(act.addressOf ?? role, act.certificateOf ?? role)).write(
          `ns=1;s=${this.#pointOf(act.point).name}`,
          act.value,
        );
      case 'modbus-scan':
        return void (await (await this.#modbusClient(act.controller, role)).scan(act.from, act.to));
      case 'modbus-restart':
        return (await this.#modbusClient(act.controller, role)).restart();
      case 'modbus-connect': {
        const { host, port, home } = this.#controllerAt(act.controller, role);
        // before the places are taken
        await this.#modbusClient(act.controller, role);
        this.#held.push(await HeldConnections.open({ host, port, count: act.connections, ...home }));
        return;
      }
      case 'modbus-block':
        return this.#block(act.controller, role);
      case 'modbus-display':
        return await this.#display(act.controller, act.points);
      case 'modbus-blank':
        return await this.#blank(act.controller);
    }
  }

  /** Points that the display of the operator station shows of a controller; undefined if it is not on the display. */
  shownOf(controller: string): ReadonlyMap<string, number> | undefined {
    return this.#displays.get(controller)?.shown;
  }

  async leave(): Promise<void> {
    const clients = [...this.#modbus.values(), ...this.#opcua.values(), ...this.#held.splice(0), ...this.#displays.values()];
    this.#modbus.clear();
    this.#opcua.clear();
    this.#displays.clear();
    for (const server of this.#targets.controllers.values()) server.dropsRepliesTo = undefined;
    await Promise.all(clients.map(async (client) => await client[Symbol.asyncDispose]()));
  }

  #block(controller: string, role: Role): void {
    const server = this.#targets.controllers.get(controller);
    if (server === undefined) throw notOnPort(controller);
    // without addresses of their own, clients cannot be distinguished, and the actor gets no reply either
    const own = manyHomes ? `${homes[role]}:` : undefined;
    server.dropsRepliesTo = (client) => own === undefined || !client.startsWith(own);
  }

  async #display(controller: string, points: readonly string[]): Promise<void> {
    await this.#blank(controller);
    const { host, port, unit, home } = this.#controllerAt(controller, 'operator');
    const addresses = Object.fromEntries(points.map((name) => [name, this.#pointOf(name).modbus]));
    const options = { host, port, unit, points: addresses, everyMs: displayMs, ...home };
    this.#displays.set(controller, await OperatorStation.open(options, systemClock));
  }

  async #blank(controller: string): Promise<void> {
    const display = this.#displays.get(controller);
    this.#displays.delete(controller);
    await display?.[Symbol.asyncDispose]();
  }

  #pointOf(name: string): PlantPoint {
    const point = this.#targets.plant.points.find((candidate) => candidate.name === name);
    if (point === undefined) throw new ScadaError('config', 'LAB_REFUSED', `the plant has no point ${name}`);
    return point;
  }

  async #modbusClient(controller: string, role: Role): Promise<ModbusActor> {
    const key = `${role}@${controller}`;
    const known = this.#modbus.get(key);
    if (known?.open === true) return known;
    const { host, port, unit, home } = this.#controllerAt(controller, role);
    const client = await ModbusActor.connect({ host, port, unit, ...home });
    this.#modbus.set(key, client);
    return client;
  }

  /** Where a controller is, and from where a role connects to it. */
  #controllerAt(controller: string, role: Role) {
    const { config, addresses } = this.#targets;
    const server = config.modbus.find((candidate) => candidate.controller === controller);
    const port = addresses.modbus[controller];
    if (server === undefined || port === undefined) throw notOnPort(controller);
    const { host, unit } = server;
    return { host, port, unit, home: manyHomes && host.startsWith('127.') ? { localAddress: homes[role] } : {} };
  }

  /** @param certificateOf whose certificate the client has */
  async #opcuaClient(role: Role, certificateOf: Role): Promise<OpcuaActor> {
    const key = `${role} as ${certificateOf}`;
    const known = this.#opcua.get(key);
    if (known !== undefined) return known;
    const { config, opcua } = this.#targets;
    const [user] = config.opcua?.users ?? [];
    if (opcua === undefined || config.opcua === undefined || user === undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', 'the plant is not served by OPC UA');
    }
    const pkiDir = pkiOf(config.opcua.pkiDir, certificateOf);
    await opcua.trust(await actorCertificate(pkiDir, certificateOf));
    const home = manyHomes ? { localAddress: homes[role] } : {};
    const options = {
      name: certificateOf,
      endpoint: opcua.endpoint,
      user,
      pkiDir,
      serverCertificate: opcua.certificate,
      ...home,
    };
    const client = await connectOpcuaActor(options, this.#context);
    this.#opcua.set(key, client);
    return client;
  }
}

const notOnPort = (controller: string): ScadaError =>
  new ScadaError('config', 'LAB_REFUSED', `the controller ${controller} is not on a port`);
