import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModbusActor } from '../../simulators/actors/modbus.ts';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { startTap } from '../../simulators/servers/tap/index.ts';
import { registry } from '../../src/app/registry.ts';
import { type Serving, serve } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { TinyPlant, testContext, tinyPoint } from '../support/tiny-plant.ts';

/** Address from which the attacks come. */
export const intruder = '127.0.0.66';
/** Filters whose turbidity rises together in the flood. */
export const filters = Array.from({ length: 12 }, (_, i) => `F${i + 1}`);

const float = (register: number) => ({ table: 'holding', address: register, type: 'float32' }) as const;
const mainPoints = [
  tinyPoint('CL.SP', float(0), { writable: true }),
  tinyPoint('RES.LT', float(2)),
  tinyPoint('PS.CMD', { table: 'coil', address: 0, type: 'bit', controller: 'plc2' }, { writable: true }),
  tinyPoint('PS.FT', { ...float(0), controller: 'plc2' }),
  tinyPoint('MX.LT', float(8)),
  ...filters.map((name, i) => tinyPoint(`${name}.TU`, float(100 + 2 * i))),
];
const remotePoints = [tinyPoint('T1.LT', { ...float(0), controller: 'rtu2' })];

const tag = (name: string, register: number, rest: string, device = 'plc1'): string =>
  `  ${name}: {device: ${device}, scan: fast, address: {table: holding, register: ${register}, type: float32}, ${rest}}`;

const plantOf = (plc1: number, plc2: number, rtu2: number, tap: number): string => `
site: {name: Hillside, timeZone: UTC}
areas:
  - {id: treatment, name: Treatment, indicators: [CL.SP], equipment: [{id: CL, name: Chlorination}]}
  - {id: filtration, name: Filtration, indicators: [F1.TU], equipment: [${filters.map((name) => `{id: ${name}, name: Filter ${name.slice(1)}}`).join(', ')}]}
  - {id: storage, name: Storage, indicators: [RES.LT], equipment: [{id: RES, name: Reservoir}]}
  - {id: mixing, name: Mixing, indicators: [MX.LT], equipment: [{id: MX, name: Mixer}]}
  - {id: pumping, name: Pumping, indicators: [PS.FT], equipment: [{id: PS, name: High-lift pumps}]}
  - {id: town, name: Town, indicators: [T1.LT], equipment: [{id: T1, name: Tank 1}]}
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: ${plc1}, unit: 1, identity: false, pauseMs: 5, fillRegisters: 0}
  plc2: {type: modbus, host: 127.0.0.1, port: ${plc2}, unit: 1, identity: false, pauseMs: 5}
  rtu2: {type: modbus, host: 127.0.0.1, port: ${rtu2}, unit: 2, identity: false, pauseMs: 5, timeoutMs: 500}
  tap: {type: capture, source: {type: pcap-over-ip, host: 127.0.0.1, port: ${tap}}, reportMs: 250}
scanClasses: {fast: 500ms}
alarms: {records: alarms.yaml}
detectors:
  traffic: {clients: [{address: 127.0.0.1, may: read}]}
tags:
${tag('CL.SP', 0, 'area: treatment, equipment: CL, role: setpoint, description: Chlorine set-point, unit: mg/L, range: [0, 5], decimals: 2, limits: {low: 0.6, priority: 1, response: Restore the agreed set-point}')}
${tag('RES.LT', 2, 'area: storage, equipment: RES, description: Reservoir level, unit: m, range: [0, 10], decimals: 2, limits: {high: 8, priority: 2, response: Close the inlet of the reservoir}')}
  PS.CMD: {device: plc2, scan: fast, address: {table: coil, register: 0}, kind: discrete, role: command, area: pumping, equipment: PS, description: High-lift pump command, states: {0: stop, 1: run}}
${tag('PS.FT', 0, 'area: pumping, equipment: PS, description: Delivered flow, unit: L/s, range: [0, 400], decimals: 0, limits: {low: 20, priority: 1, response: Start one pump at the local panel}', 'plc2')}
${tag('MX.LT', 8, 'area: mixing, equipment: MX, description: Mixer level, unit: m, range: [0, 5], decimals: 2, limits: {high: 4, priority: 3, response: Stop the mixer feed}')}
${filters.map((name, i) => tag(`${name}.TU`, 100 + 2 * i, `area: filtration, equipment: ${name}, description: Turbidity behind filter ${name.slice(1)}, unit: NTU, range: [0, 20], decimals: 2, limits: {high: 1, priority: 3, response: Take filter ${name.slice(1)} out and wash it}`)).join('\n')}
  T1.LT: {device: rtu2, scan: fast, address: {table: holding, register: 0, type: float32}, area: town, equipment: T1, description: Tank 1 level, unit: m, range: [0, 6], decimals: 2}
dashboard: {port: 0}
`;

const records = `
alarms:
  - id: UNKNOWN-WRITER
    match: {detectors: [traffic], kinds: [write], techniques: [T1692.001, T0848]}
    priority: 1
    class: security
    cause: A client that may not write sends commands to a controller.
    consequence: Pumps and set-points can be changed without the operators.
    response: |-
      Ask the control room and maintenance whether anybody works on this controller.
      If nobody does, call the security team.
    respondWithin: 10m
    owner: Security team
  - id: DEVICE-LOST
    match: {detectors: [device-health]}
    priority: 2
    class: instrument
    cause: Power, network or the controller itself.
    consequence: Its part of the plant is not watched.
    response: Call the electrician on duty and read the levels on site.
    respondWithin: 30m
    owner: Shift leader
`;

/** A scripted plant on real sockets, with its monitor. */
export interface NightPlant extends AsyncDisposable {
  readonly serving: Serving;
  readonly plant: TinyPlant;
  /** Writes a point as a client that no one knows. */
  intrude(point: string, value: number): Promise<void>;
  /** The remote unit stops. */
  loseRemote(): Promise<void>;
}

/** Starts controllers, mirror port and monitor in a folder. */
export async function startNightPlant(dir: string): Promise<NightPlant> {
  await using cleanup = new AsyncDisposableStack();
  const [plant, remote] = [new TinyPlant(mainPoints, Date.UTC(2026, 0, 1)), new TinyPlant(remotePoints)];
  const normal = { 'CL.SP': 1, 'RES.LT': 6, 'PS.CMD': 1, 'PS.FT': 120, 'MX.LT': 2 };
  for (const [name, value] of Object.entries(normal)) plant.set(name, value);
  for (const name of filters) plant.set(`${name}.TU`, 0.2);
  const main = cleanup.use(await startModbusServer({ plant, controller: 'plc1', unit: 1 }, testContext()));
  const pumping = cleanup.use(await startModbusServer({ plant, controller: 'plc2', unit: 1 }, testContext()));
  const unit = cleanup.use(await startModbusServer({ plant: remote, controller: 'rtu2', unit: 2 }, testContext()));
  const mirror = { host: '127.0.0.1', port: 0, mirrored: [main.port, pumping.port] };
  const tap = cleanup.use(await startTap(mirror, testContext()));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'plant.yaml'), plantOf(main.port, pumping.port, unit.port, tap.port));
  await writeFile(join(dir, 'alarms.yaml'), records);
  const config = await loadConfig(join(dir, 'plant.yaml'), { registry, environment: {} });
  const dataDir = join(dir, 'data');
  const serving = cleanup.use(await serve({ config, dataDir, clock: systemClock, logger: silentLogger, seed: 1 }));
  const owned = cleanup.move();
  return {
    serving,
    plant,
    async intrude(point, value) {
      const target = mainPoints.find(({ name }) => name === point);
      if (target === undefined) throw new RangeError(`no point ${point}`);
      const way = {
        host: '127.0.0.1',
        port: target.modbus.controller === 'plc2' ? pumping.port : main.port,
        unit: 1,
        localAddress: intruder,
      };
      await using actor = await ModbusActor.connect(way);
      await actor.write(target.modbus, value);
      plant.step(1);
    },
    loseRemote: async () => unit[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  };
}
