import { TrafficMeter } from '../../../collectors/capture/meter/index.ts';
import { homes, ownHome } from '../../../simulators/lab/homes.ts';
import type { Batch } from '../../../src/core/batch.ts';
import type { PostureEvent } from '../../../src/core/observation.ts';
import { actorUri, opcuaDevice, type Plant, type PlantPoint } from '../../../src/core/plant.ts';
import type { ScenarioAct, ScenarioStep } from '../../../src/core/scenario.ts';
import type { TagTable } from '../../../src/core/tag.ts';
import { encrypted, type WireEnds, type WireEvent } from '../../../src/core/wire.ts';

type OpcuaWrite = Extract<ScenarioAct, { readonly type: 'opcua-write' }>;
type NetworkAct = Exclude<ScenarioAct, { readonly type: 'plant' }>;

/** Reporting period of the tap and time between two shown polls of the monitor, ms. */
const reportMs = 1_000;
const pollMs = 30_000;
const unit = 1;
/** Time between two looks of the collector at the sessions of an OPC UA server, ms. */
const sessionsMs = 600_000;
const opcuaPort = 4_840;

/**
 * Mirror port of the control network without sockets: the events that a tap would report about the acts of a scenario. Of a client by OPC UA it
 * shows an encrypted conversation, and the collector finds its session later.
 */
export class MirrorPort {
  readonly #plant: Plant;
  readonly #tags: TagTable;
  readonly #controllers: readonly string[];
  readonly #meter: TrafficMeter;
  readonly #connected = new Set<string>();
  /** Actors that block the replies of a controller to all others, by controller. */
  readonly #blockers = new Map<string, ScenarioStep['actor']>();
  /** Controllers on the display of the operator station. */
  readonly #displayed = new Set<string>();
  /** Last value of each tag that the tap saw. */
  readonly #seen = new Map<number, number>();
  #events: (WireEvent | PostureEvent)[] = [];
  /** Applications with sessions at the OPC UA server that the collector has not reported, and the time of its next look. */
  #strangers: readonly string[] = [];
  readonly #reported = new Set<string>();
  #lookAt = Number.NEGATIVE_INFINITY;
  #number = 0;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #polledAt = Number.NEGATIVE_INFINITY;

  /** @param controllers devices whose Modbus traffic the port shows */
  constructor(plant: Plant, tags: TagTable, controllers: readonly string[]) {
    this.#plant = plant;
    this.#tags = tags;
    this.#controllers = controllers;
    this.#meter = new TrafficMeter({ tap: 'tap', periodMs: reportMs }, (event) => this.#events.push(event));
  }

  /** Shows the responses to the polls of the monitor. */
  read({ device, tag, value, length }: Batch): void {
    if (!this.#controllers.includes(device)) return;
    for (let row = 0; row < length; row++) this.#seen.set(tag[row] as number, value[row] as number);
  }

  act(act: NetworkAct, actor: ScenarioStep['actor'], time: number): void {
    if (act.type === 'opcua-write') return this.#session(act, actor, time);
    const { controller } = act;
    if (act.type === 'modbus-block') return void this.#blockers.set(controller, actor);
    if (act.type === 'modbus-blank') return void this.#displayed.delete(controller);
    const role = act.type === 'modbus-display' ? 'operator' : act.type === 'modbus-write' ? (act.addressOf ?? actor) : actor;
    const ends = this.#endsOf(homes[role], controller);
    if (!this.#connected.has(`${ends.client}@${controller}`)) this.#meter.connection(ends, 'opened', this.#stamp(time));
    this.#connected.add(`${ends.client}@${controller}`);
    if (act.type === 'modbus-write') this.#write(ends, act.point, act.value, time);
    else if (act.type === 'modbus-restart') this.#exchange(ends, 'FC8/1', Number.NaN, Number.NaN, false, time);
    else if (act.type === 'modbus-scan') this.#scan(ends, act.from, act.to, time);
    else if (act.type === 'modbus-display') this.#displayed.add(controller);
    else for (let i = 0; i < act.connections; i++) this.#meter.connection(ends, 'opened', this.#stamp(time));
  }

  /** The end of a scenario: its clients leave. */
  leave(): void {
    this.#strangers = [];
    this.#blockers.clear();
    this.#displayed.clear();
  }

  /** Events until a time: at each reporting period the sums, and now and then a poll of the monitor. */
  eventsUntil(time: number): readonly (WireEvent | PostureEvent)[] {
    if (time - this.#lookAt >= sessionsMs) {
      this.#lookAt = time;
      for (const application of this.#strangers.filter((one) => !this.#reported.has(one))) {
        this.#reported.add(application);
        const change = {
          before: '',
          after: `${application}: 1`,
          text: `a client has a session that never had one before: ${application}`,
        };
        this.#events.push({ type: 'posture', time, device: opcuaDevice, subject: 'clients', weight: 'warning', ...change });
      }
    }
    if (time - this.#polledAt >= pollMs) {
      this.#polledAt = time;
      for (const controller of this.#controllers) this.#poll(ownHome, controller, time);
      for (const controller of this.#displayed) this.#poll(homes.operator, controller, time);
    }
    if (time - this.#flushedAt >= reportMs) {
      this.#flushedAt = time;
      this.#meter.flush(time);
    }
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #poll(client: string, controller: string, time: number): void {
    this.#exchange(this.#endsOf(client, controller), 'FC4', 0, 99, false, time);
  }

  /** The plants list the operator station as a client of the server: the session of another application is news. */
  #session({ addressOf, certificateOf }: OpcuaWrite, actor: ScenarioStep['actor'], time: number): void {
    const owner = certificateOf ?? actor;
    const applicationUri = actorUri(owner);
    const ends: WireEnds = {
      client: homes[addressOf ?? actor],
      server: '127.0.0.1',
      port: opcuaPort,
      protocol: 'opcua',
      device: opcuaDevice,
    };
    const report = this.#meter.reportFor(ends);
    if (!this.#connected.has(`${applicationUri} ${ends.client}`)) {
      this.#connected.add(`${applicationUri} ${ends.client}`);
      this.#meter.connection({ ...ends, protocol: 'tcp' }, 'opened', this.#stamp(time));
      const security = { policy: 'Aes256_Sha256_RsaPss', mode: 'SignAndEncrypt', token: '' } as const;
      report.session({ ...security, applicationUri }, this.#stamp(time));
      if (owner !== 'operator') this.#strangers = [...this.#strangers, applicationUri];
    }
    report.message({ from: 'client', kind: 'request', operation: encrypted }, this.#stamp(time));
    report.message({ from: 'server', kind: 'response', operation: encrypted, latencyMs: 4 }, this.#stamp(time));
  }

  #write(ends: WireEnds, name: string, value: number, time: number): void {
    const point = this.#plant.points.find((candidate) => candidate.name === name) as PlantPoint;
    const operation = point.modbus.type === 'bit' ? 'FC5' : point.modbus.type === 'float32' ? 'FC16' : 'FC6';
    const table = point.modbus.type === 'bit' ? 'coil' : 'holding';
    const { address } = point.modbus;
    this.#exchange(ends, operation, address, address, false, time);
    const tag = this.#tags.indexOf(name);
    const before = tag === undefined ? undefined : this.#seen.get(tag);
    const target = `${table} ${address}`;
    this.#meter.reportFor(ends).write({ operation, unit, target, tag, before, after: value, accepted: true }, this.#stamp(time));
    if (tag !== undefined) this.#seen.set(tag, value);
  }

  /** The identity, then the holding and the input table, block by block, as the lab's attacker does. */
  #scan(ends: WireEnds, from: number, to: number, time: number): void {
    this.#exchange(ends, 'FC43/14', Number.NaN, Number.NaN, false, time);
    const used = (table: string, low: number, high: number): boolean =>
      this.#plant.points.some(({ modbus }) => modbus.table === table && modbus.address >= low && modbus.address <= high);
    for (const [operation, table] of [
      ['FC3', 'holding'],
      ['FC4', 'input'],
    ] as const) {
      for (let low = from; low <= to; low += 10) this.#exchange(ends, operation, low, low + 9, !used(table, low, low + 9), time);
    }
  }

  #exchange(ends: WireEnds, operation: string, low: number, high: number, refused: boolean, time: number): void {
    const report = this.#meter.reportFor(ends);
    const asked = this.#stamp(time);
    this.#meter.packet(ends, 'client', 66, asked);
    report.message({ from: 'client', kind: 'request', operation, unit, low, high }, asked);
    const blocker = this.#blockers.get(ends.device ?? '');
    if (blocker !== undefined && ends.client !== homes[blocker]) return;
    const answered = this.#stamp(time);
    this.#meter.packet(ends, 'server', 64, answered);
    report.message({ from: 'server', kind: 'response', operation, unit, refused, latencyMs: 4 }, answered);
    if (refused) report.fault({ fault: 'exception', operation, unit, detail: 'exception 2, illegal data address' }, answered);
  }

  #stamp(time: number): { readonly time: number; readonly number: number } {
    return { time, number: ++this.#number };
  }

  #endsOf(client: string, controller: string): WireEnds {
    const port = 5_020 + this.#controllers.indexOf(controller);
    return { client, server: '127.0.0.1', port, protocol: 'modbus', device: controller };
  }
}
