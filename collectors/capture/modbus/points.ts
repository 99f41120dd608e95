import type { DeviceEndpoint } from '../../../src/core/collector.ts';
import { addressesOn, type TagTable } from '../../../src/core/tag.ts';
import { addressSchema, defaultType, type ModbusAddress, type ModbusTable, registersIn } from '../../../src/modbus/address.ts';
import { type Decoder, decoderFor } from '../../../src/modbus/decoder.ts';

/** Location of a tag in a device. */
export interface ModbusPoint {
  /** Index in the tag table of the run. */
  readonly tag: number;
  readonly table: ModbusTable;
  /** Address of its first register or bit. */
  readonly start: number;
  /** Number of registers or bits. */
  readonly width: number;
  /** Bits that it uses of its register, in wire order: all except for a `bit`. */
  readonly mask: number;
  readonly decoder: Decoder;
}

/** Tags by their location, for a tap that sees the traffic of other clients. */
export interface ModbusPoints {
  /** Tags that include an address of a configured device; empty if the device is not known. */
  at(device: string | undefined, unit: number, table: ModbusTable, address: number): readonly ModbusPoint[];
  /** Unit ids that may answer for any other on the connections of a configured device (`acceptUnits`). */
  answersFor(device: string | undefined): readonly number[];
}

/** Points of one endpoint, by `place`. */
type Places = Map<number, ModbusPoint[]>;

const tables: readonly ModbusTable[] = ['coil', 'discrete', 'holding', 'input'];
const none: readonly ModbusPoint[] = [];
const noUnits: readonly number[] = [];

/** Unit, table and address in one number. */
const place = (unit: number, table: ModbusTable, address: number): number =>
  (unit * tables.length + tables.indexOf(table)) * 65_536 + address;

const unitOf = (at: number): number => Math.floor(at / (65_536 * tables.length));

/**
 * Unit ids that address a device whatever its own unit id: 0 (broadcast on serial lines, "the device itself" on TCP) and 255
 * (recommended without a gateway by the Messaging Guide V1.0b, 4.4.2.1.2).
 */
const everyUnit: readonly number[] = [0, 255];

/**
 * Look-up over the Modbus tags of a site. Devices that share host and port (units behind one gateway) share one table, because on
 * the wire only the unit id distinguishes them. A unit id of 0 or 255 that no tag names means every unit. Invalid addresses are
 * omitted, because the device's own collector reports them.
 */
export function modbusPoints(tags: TagTable, devices: readonly DeviceEndpoint[]): ModbusPoints {
  const byEndpoint = new Map<string, Places>();
  const byDevice = new Map<string, Places>();
  const answering = new Map<string, readonly number[]>();
  for (const device of devices) {
    if (device.type !== 'modbus') continue;
    const { endpoint, unit, acceptUnits } = whereabouts(device);
    answering.set(device.name, acceptUnits);
    const places: Places = byEndpoint.get(endpoint) ?? new Map<number, ModbusPoint[]>();
    byEndpoint.set(endpoint, places);
    byDevice.set(device.name, places);
    for (const [tag, known] of addressesOn(tags, device.name)) {
      const address = addressSchema.safeParse(known);
      if (address.success) settle(places, address.data.unit ?? unit, pointOf(tag, address.data));
    }
  }
  for (const places of byEndpoint.values()) spread(places);
  return {
    at(device, unit, table, address) {
      if (device === undefined) return none;
      return byDevice.get(device)?.get(place(unit, table, address)) ?? none;
    },
    answersFor: (device) => (device === undefined ? noUnits : (answering.get(device) ?? noUnits)),
  };
}

interface Whereabouts {
  readonly endpoint: string;
  readonly unit: number;
  readonly acceptUnits: readonly number[];
}

/** Network location of a device, from the settings that its collector has validated. */
function whereabouts({ name, config }: DeviceEndpoint): Whereabouts {
  const has = (key: string): unknown => (typeof config === 'object' && config !== null ? Reflect.get(config, key) : undefined);
  const [host, port, unit, units] = [has('host'), has('port'), has('unit'), has('acceptUnits')];
  const endpoint = typeof host === 'string' ? `${host.toLowerCase()}:${typeof port === 'number' ? port : 502}` : name;
  const acceptUnits = Array.isArray(units) ? units.filter((one) => typeof one === 'number') : noUnits;
  return { endpoint, unit: typeof unit === 'number' ? unit : 1, acceptUnits };
}

function pointOf(tag: number, address: ModbusAddress): ModbusPoint {
  const { table, register, type = defaultType(table), order, bit = 0, length } = address;
  const inBits = table === 'coil' || table === 'discrete';
  const swapped = order === 'BADC' || order === 'DCBA';
  return {
    tag,
    table,
    start: register,
    width: inBits ? 1 : registersIn(type, length),
    mask: inBits ? 1 : type === 'bit' ? 1 << (swapped ? bit ^ 8 : bit) : 0xffff,
    decoder: decoderFor(address),
  };
}

function settle(places: Places, unit: number, point: ModbusPoint): void {
  for (let i = 0; i < point.width; i++) {
    const at = place(unit, point.table, point.start + i);
    const there = places.get(at);
    if (there === undefined) places.set(at, [point]);
    else there.push(point);
  }
}

/** Adds the points of other unit ids to the unit ids that mean every unit. */
function spread(places: Places): void {
  const own = [...places];
  for (const unit of everyUnit) {
    if (own.some(([at]) => unitOf(at) === unit)) continue;
    const from = place(unit, 'coil', 0);
    for (const [at, points] of own) {
      const there = from + (at - place(unitOf(at), 'coil', 0));
      places.set(there, [...(places.get(there) ?? []), ...points]);
    }
  }
}
