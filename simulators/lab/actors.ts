import { ScadaError } from '../../src/core/errors.ts';
import type { Plant, PlantPoint } from '../../src/core/plant.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { ScenarioAct, ScenarioStep } from '../../src/core/scenario.ts';
import { HeldConnections } from '../actors/held-connections.ts';
import { ModbusActor } from '../actors/modbus.ts';
import { actorCertificate, connectOpcuaActor, type OpcuaActor } from '../actors/opcua.ts';
import type { OpcuaServer } from '../servers/opcua/index.ts';
import type { Actors } from './exercise.ts';
import type { SimulatorAddresses, SimulatorConfig } from './messages.ts';

type Role = ScenarioStep['actor'];

/** Loopback addresses of actors, so that evidence distinguishes them. Linux accepts all of 127/8, other systems do not. */
const homes: Readonly<Record<Role, string>> = { operator: '127.0.0.20', attacker: '127.0.0.66', process: '127.0.0.1' };
const manyHomes = process.platform === 'linux';

/** Addresses and credentials of the simulator for actors. */
export interface ActorTargets {
  readonly config: SimulatorConfig;
  readonly plant: Plant;
  readonly addresses: SimulatorAddresses;
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

  constructor(targets: ActorTargets, context: PluginContext) {
    this.#targets = targets;
    this.#context = context;
  }

  async perform(act: Exclude<ScenarioAct, { readonly type: 'plant' }>, role: Role): Promise<void> {
    switch (act.type) {
      case 'modbus-write':
        return (await this.#modbusClient(act.controller, role)).write(this.#pointOf(act.point).modbus, act.value);
      case 'opcua-write':
        return (await this.#opcuaClient(role, act.certificateOf)).write(`ns=1;s=${this.#pointOf(act.point).name}`, act.value);
      case 'modbus-scan':
        return void (await (await this.#modbusClient(act.controller, role)).scan(act.from, act.to));
      case 'modbus-restart':
        return (await this.#modbusClient(act.controller, role)).restart();
      case 'modbus-connect': {
        const { host, port, home } = this.#controllerAt(act.controller, role);
        this.#held.push(await HeldConnections.open({ host, port, count: act.connections, ...home }));
      }
    }
  }

  async leave(): Promise<void> {
    const clients = [...this.#modbus.values(), ...this.#opcua.values(), ...this.#held.splice(0)];
    this.#modbus.clear();
    this.#opcua.clear();
    await Promise.all(clients.map(async (client) => await client[Symbol.asyncDispose]()));
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
    if (server === undefined || port === undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', `the controller ${controller} is not on a port`);
    }
    const { host, unit } = server;
    return { host, port, unit, home: manyHomes && host.startsWith('127.') ? { localAddress: homes[role] } : {} };
  }

  /** @param certificateOf whose certificate the client has */
  async #opcuaClient(role: Role, certificateOf: Role = role): Promise<OpcuaActor> {
    const key = `${role} as ${certificateOf}`;
    const known = this.#opcua.get(key);
    if (known !== undefined) return known;
    const { config, opcua } = this.#targets;
    const [user] = config.opcua?.users ?? [];
    if (opcua === undefined || config.opcua === undefined || user === undefined) {
      throw new ScadaError('config', 'LAB_REFUSED', 'the plant is not served by OPC UA');
    }
    const pkiDir = `${config.opcua.pkiDir}-${certificateOf}`;
    await opcua.trust(await actorCertificate(pkiDir));
    const home = manyHomes ? { localAddress: homes[role] } : {};
    const options = { endpoint: opcua.endpoint, user, pkiDir, serverCertificate: opcua.certificate, ...home };
    const client = await connectOpcuaActor(options, this.#context);
    this.#opcua.set(key, client);
    return client;
  }
}
