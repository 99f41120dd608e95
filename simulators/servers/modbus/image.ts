import { integerRanges, type Plant, type PlantAddress, type PlantPoint } from '../../../src/core/plant.ts';
import { Exception } from './frames.ts';

type Table = PlantAddress['table'];

/** Number of registers of a point in a register table. */
const widthOf = (address: PlantAddress): number =>
  address.type === 'float32' || address.type === 'int32' || address.type === 'uint32' ? 2 : 1;

/** Encodes a value in engineering units into its registers, high word first. */
export function encode(address: PlantAddress, value: number, into: Buffer): void {
  if (address.type === 'float32') {
    into.writeFloatBE(value / address.scale, 0);
    return;
  }
  const [low, high] = integerRanges[address.type];
  const raw = Math.min(high, Math.max(low, Math.round(address.type === 'bit' ? value : value / address.scale)));
  if (widthOf(address) === 1) into.writeUInt16BE(raw & 0xffff, 0);
  else into.writeUInt32BE(raw >>> 0, 0);
}

/** Decodes the registers that a client has written into engineering units. */
export function decode(address: PlantAddress, bytes: Buffer): number {
  switch (address.type) {
    case 'bit':
      return bytes.readUInt16BE(0) === 0 ? 0 : 1;
    case 'int16':
      return bytes.readInt16BE(0) * address.scale;
    case 'uint16':
      return bytes.readUInt16BE(0) * address.scale;
    case 'int32':
      return bytes.readInt32BE(0) * address.scale;
    case 'uint32':
      return bytes.readUInt32BE(0) * address.scale;
    case 'float32':
      return bytes.readFloatBE(0) * address.scale;
  }
}

/**
 * The four tables of one controller over a plant's points. A written value is read back at once, although the plant itself uses
 * it only with its next step.
 */
export class PlantImage {
  readonly #plant: Plant;
  readonly #controller: string;
  readonly #points: readonly PlantPoint[];
  /** Index of the point at each address, −1 for an unmapped address. */
  readonly #slots: Readonly<Record<Table, Int32Array>>;
  readonly #written = new Map<number, { readonly time: number; readonly bytes: Buffer }>();
  readonly #scratch = Buffer.alloc(4);

  /** @throws RangeError when two points share an address */
  constructor(plant: Plant, controller: string) {
    const empty = (): Int32Array => new Int32Array(65_536).fill(-1);
    this.#plant = plant;
    this.#controller = controller;
    this.#points = plant.points;
    this.#slots = { coil: empty(), 'discrete-input': empty(), holding: empty(), input: empty() };
    plant.points.forEach(({ name, modbus }, index) => {
      if (modbus.controller !== controller) return;
      const slots = this.#slots[modbus.table];
      const end = modbus.address + (isBitTable(modbus.table) ? 1 : widthOf(modbus));
      for (let address = modbus.address; address < end; address++) {
        if (slots[address] !== -1) throw new RangeError(`${name}: ${modbus.table} ${address} is not free on ${controller}`);
        slots[address] = index;
      }
    });
  }

  /** Copies registers into a reply. Returns an exception, or undefined on success. */
  readRegisters(table: 'holding' | 'input', address: number, count: number, into: Buffer, at: number): Exception | undefined {
    const slots = this.#slots[table];
    if (!isMapped(slots, address, count)) return Exception.IllegalAddress;
    for (let i = 0; i < count; i++) {
      const index = slots[address + i] as number;
      const word = address + i - this.#pointAt(index).modbus.address;
      into.writeUInt16BE(this.#bytesOf(index).readUInt16BE(2 * word), at + 2 * i);
    }
    return undefined;
  }

  /** Packs bits into a reply, lowest address in the lowest bit. */
  readBits(table: 'coil' | 'discrete-input', address: number, count: number, into: Buffer, at: number): Exception | undefined {
    const slots = this.#slots[table];
    if (!isMapped(slots, address, count)) return Exception.IllegalAddress;
    into.fill(0, at, at + Math.ceil(count / 8));
    for (let i = 0; i < count; i++) {
      if (this.#bytesOf(slots[address + i] as number).readUInt16BE(0) === 0) continue;
      const byte = at + (i >> 3);
      into.writeUInt8(into.readUInt8(byte) | (1 << (i & 7)), byte);
    }
    return undefined;
  }

  /** Writes coils (0 or 1) or holding registers: all of them, or none with an exception. */
  write(table: 'coil' | 'holding', address: number, values: readonly number[]): Exception | undefined {
    const slots = this.#slots[table];
    if (!isMapped(slots, address, values.length)) return Exception.IllegalAddress;
    const staged = new Map<number, Buffer>();
    for (const [i, value] of values.entries()) {
      const index = slots[address + i] as number;
      const point = this.#pointAt(index);
      if (!point.writable) return Exception.IllegalAddress;
      const bytes = staged.get(index) ?? Buffer.from(this.#bytesOf(index));
      bytes.writeUInt16BE(value, table === 'coil' ? 0 : 2 * (address + i - point.modbus.address));
      staged.set(index, bytes);
    }
    const changes = [...staged].map(([index, bytes]) => ({ index, bytes, value: decode(this.#pointAt(index).modbus, bytes) }));
    if (changes.some(({ value }) => !Number.isFinite(value))) return Exception.IllegalValue;
    try {
      for (const { index, value } of changes) this.#plant.write(index, value);
    } catch (thrown) {
      if (thrown instanceof RangeError) return Exception.IllegalValue;
      throw thrown;
    }
    for (const { index, bytes } of changes) this.#written.set(index, { time: this.#plant.time, bytes });
    return undefined;
  }

  /** Restarts the controller. Returns an exception if the plant refuses it, or undefined on success. */
  restart(): Exception | undefined {
    if (this.#plant.restart === undefined) return Exception.IllegalFunction;
    this.#plant.restart(this.#controller);
    // what was written before is gone
    this.#written.clear();
    return undefined;
  }

  /** Present content of a holding register, for masked writes; undefined for an unmapped address. */
  holding(address: number): number | undefined {
    const into = Buffer.alloc(2);
    return this.readRegisters('holding', address, 1, into, 0) === undefined ? into.readUInt16BE(0) : undefined;
  }

  #bytesOf(index: number): Buffer {
    const written = this.#written.get(index);
    if (written !== undefined) {
      if (written.time === this.#plant.time) return written.bytes;
      this.#written.delete(index);
    }
    encode(this.#pointAt(index).modbus, this.#plant.registers[index] ?? 0, this.#scratch);
    return this.#scratch;
  }

  #pointAt(index: number): PlantPoint {
    const point = this.#points[index];
    if (point === undefined) throw new RangeError(`the plant has no point ${index}`);
    return point;
  }
}

const isBitTable = (table: Table): boolean => table === 'coil' || table === 'discrete-input';

function isMapped(slots: Int32Array, address: number, count: number): boolean {
  if (address + count > 65_536) return false;
  for (let i = address; i < address + count; i++) if (slots[i] === -1) return false;
  return true;
}
