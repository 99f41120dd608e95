import { ScadaError } from '../../src/core/errors.ts';
import type { Plant, PlantAddress } from '../../src/core/plant.ts';
import type { ScenarioAct, ScenarioStep } from '../../src/core/scenario.ts';
import { identityRequest, readRequest, restartRequest, scanReads, writeRequest } from '../actors/requests.ts';
import type { Actors } from './exercise.ts';
import { DirectActors } from './headless-exercise.ts';
import type { HeadlessConnection, HeadlessNetwork } from './headless-network.ts';
import { displayMs, homes } from './homes.ts';

type Role = ScenarioStep['actor'];

/** Deadline of a reply, ms of plant time. */
const deadlineMs = 2_000;

interface Display {
  readonly points: readonly PlantAddress[];
  connection: HeadlessConnection | undefined;
  /** Plant time of the next poll, ms UTC. */
  due: number;
}

/**
 * Actors whose network acts are Modbus requests on a network without sockets, as those of the lab are on sockets. Writes by OPC UA act on
 * the plant without packets, because they are encrypted in the lab.
 */
export class HeadlessClients implements Actors {
  readonly #plant: Plant;
  readonly #network: HeadlessNetwork;
  readonly #direct: DirectActors;
  readonly #points: ReadonlyMap<string, PlantAddress>;
  readonly #clients = new Map<string, HeadlessConnection>();
  readonly #held: HeadlessConnection[] = [];
  readonly #displays = new Map<string, Display>();
  /** Connections that wait for a reply, with the plant time at which their client gives up, ms UTC. */
  #waiting: { readonly connection: HeadlessConnection; readonly until: number }[] = [];

  constructor(plant: Plant, network: HeadlessNetwork) {
    this.#plant = plant;
    this.#network = network;
    this.#direct = new DirectActors(plant);
    this.#points = new Map(plant.points.map(({ name, modbus }) => [name, modbus]));
  }

  async perform(act: Exclude<ScenarioAct, { readonly type: 'plant' }>, role: Role): Promise<void> {
    switch (act.type) {
      case 'modbus-write':
        return this.#request(act.controller, act.addressOf ?? role, writeRequest(this.#pointOf(act.point), act.value));
      case 'opcua-write':
        return await this.#direct.perform(act);
      case 'modbus-scan':
        return this.#scan(act.controller, role, act.from, act.to);
      case 'modbus-restart':
        return this.#request(act.controller, role, restartRequest);
      case 'modbus-connect':
        // before the places are taken
        this.#clientOf(act.controller, role);
        for (let i = 0; i < act.connections; i++) {
          const connection = this.#network.connect(homes[role], act.controller);
          if (connection.open) this.#held.push(connection);
        }
        return;
      case 'modbus-block':
        return this.#network.block(act.controller, homes[role]);
      case 'modbus-display':
        this.#blank(act.controller);
        this.#displays.set(act.controller, {
          points: act.points.map((name) => this.#pointOf(name)),
          connection: undefined,
          due: this.#plant.time,
        });
        return;
      case 'modbus-blank':
        return this.#blank(act.controller);
    }
  }

  /** Polls the displays that are due in a second of plant time, ms UTC. */
  second(time: number): void {
    const [over, rest] = [this.#waiting.filter(({ until }) => time >= until), this.#waiting.filter(({ until }) => time < until)];
    this.#waiting = rest;
    for (const { connection } of over) connection.end();
    for (const [controller, display] of this.#displays) {
      if (time < display.due) continue;
      display.due = time + displayMs;
      if (display.connection?.open !== true) display.connection = this.#network.connect(homes.operator, controller);
      for (const point of display.points) {
        if (display.connection.exchange(readRequest(point)) !== undefined) continue;
        display.due += deadlineMs;
        this.#giveUp(display.connection);
        break;
      }
    }
  }

  async leave(): Promise<void> {
    for (const controller of this.#displays.keys()) this.#blank(controller);
    for (const connection of [...this.#clients.values(), ...this.#held.splice(0)]) connection.end();
    for (const { connection } of this.#waiting.splice(0)) connection.end();
    this.#clients.clear();
    this.#network.release();
  }

  #blank(controller: string): void {
    this.#displays.get(controller)?.connection?.end();
    this.#displays.delete(controller);
  }

  /** Identity, then the blocks. A refused block is part of a scan. */
  #scan(controller: string, role: Role, from: number, to: number): void {
    const client = this.#clientOf(controller, role);
    this.#replyTo(client, identityRequest('basic'));
    for (const { request } of scanReads(from, to)) this.#replyTo(client, request);
  }

  #request(controller: string, role: Role, request: Buffer): void {
    const reply = this.#replyTo(this.#clientOf(controller, role), request);
    if ((reply[0] ?? 0x80) < 0x80) return;
    throw new ScadaError('retryable', 'DEVICE_REFUSED', `function ${request[0]} was refused with exception ${reply[1]}`);
  }

  /** @throws ScadaError DEVICE_TIMEOUT without a reply: the client then ends its connection after its deadline */
  #replyTo(client: HeadlessConnection, request: Buffer): Buffer {
    const reply = client.exchange(request);
    if (reply !== undefined) return reply;
    this.#giveUp(client);
    throw new ScadaError('retryable', 'DEVICE_TIMEOUT', `no answer within ${deadlineMs} ms`);
  }

  #giveUp(connection: HeadlessConnection): void {
    this.#waiting.push({ connection, until: this.#plant.time + deadlineMs });
  }

  /** @throws ScadaError DEVICE_TIMEOUT if the controller has no place for it */
  #clientOf(controller: string, role: Role): HeadlessConnection {
    const key = `${role}@${controller}`;
    const known = this.#clients.get(key);
    if (known?.open === true && !this.#waiting.some(({ connection }) => connection === known)) return known;
    const client = this.#network.connect(homes[role], controller);
    this.#clients.set(key, client);
    if (!client.open) throw new ScadaError('retryable', 'DEVICE_TIMEOUT', 'the connection was closed');
    return client;
  }

  #pointOf(name: string): PlantAddress {
    const point = this.#points.get(name);
    if (point === undefined) throw new ScadaError('config', 'LAB_REFUSED', `the plant has no point ${name}`);
    return point;
  }
}
