import type { PlantAddress } from '../../src/core/plant.ts';

/** Read function of each table. */
export const readFunctions = { coil: 1, 'discrete-input': 2, holding: 3, input: 4 } as const satisfies Record<
  PlantAddress['table'],
  number
>;

export const isBitTable = ({ table }: Pick<PlantAddress, 'table'>): boolean => table === 'coil' || table === 'discrete-input';

/** Number of registers or bits of a point. */
export const widthOf = (point: PlantAddress): number =>
  isBitTable(point) || point.type === 'int16' || point.type === 'uint16' || point.type === 'bit' ? 1 : 2;

/** Registers of a value in engineering units, high word first. */
export function registersOf({ type, scale }: PlantAddress, value: number): Buffer {
  const raw = Math.round(value / scale);
  if (type === 'int16' || type === 'uint16' || type === 'bit') return Buffer.from([(raw >> 8) & 0xff, raw & 0xff]);
  const bytes = Buffer.alloc(4);
  if (type === 'float32') bytes.writeFloatBE(value, 0);
  else if (type === 'int32') bytes.writeInt32BE(raw, 0);
  else bytes.writeUInt32BE(raw, 0);
  return bytes;
}

/** Value of the registers of a point, in engineering units. */
export function valueOf({ type, scale }: PlantAddress, registers: Buffer): number {
  switch (type) {
    case 'bit':
    case 'uint16':
      return registers.readUInt16BE(0) * scale;
    case 'int16':
      return registers.readInt16BE(0) * scale;
    case 'int32':
      return registers.readInt32BE(0) * scale;
    case 'uint32':
      return registers.readUInt32BE(0) * scale;
    case 'float32':
      return registers.readFloatBE(0);
  }
}
