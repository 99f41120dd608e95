import type { PlantAddress } from '../../src/core/plant.ts';
import { readFunctions, registersOf, widthOf } from './registers.ts';

type Table = PlantAddress['table'];

/** Request of a block of a table: FC 1 to 4. */
export const blockRequest = (table: Table, address: number, count: number): Buffer =>
  Buffer.from([readFunctions[table], address >> 8, address & 0xff, count >> 8, count & 0xff]);

/** Request of one point: FC 1 to 4, by its table. */
export const readRequest = (point: PlantAddress): Buffer => blockRequest(point.table, point.address, widthOf(point));

/**
 * Writes one point in engineering units: FC 5 for a coil, FC 6 or 16 for holding registers.
 * @throws RangeError for a table that cannot be written
 */
export function writeRequest(point: PlantAddress, value: number): Buffer {
  const { table, address } = point;
  if (table === 'coil') return Buffer.from([5, address >> 8, address & 0xff, value === 0 ? 0 : 0xff, 0]);
  if (table !== 'holding') throw new RangeError(`the table ${table} cannot be written`);
  const registers = registersOf(point, value);
  if (registers.length === 2) return Buffer.from([6, address >> 8, address & 0xff, ...registers]);
  return Buffer.from([16, address >> 8, address & 0xff, 0, 2, 4, ...registers]);
}

/** FC 8, sub-function 1: restart communications. */
export const restartRequest: Buffer = Buffer.from([8, 0, 1, 0, 0]);

/** FC 43/14: objects 0 to 2 of the device identification, or 0 to 6. */
export const identityRequest = (objects: 'basic' | 'regular'): Buffer =>
  Buffer.from([0x2b, 0x0e, objects === 'basic' ? 1 : 2, 0]);

/** Reads of the holding and then the input table from one address to another, block by block (FC 3, FC 4). */
export function* scanReads(
  from: number,
  to: number,
  block = 10,
): Generator<{ readonly request: Buffer; readonly count: number }, void, void> {
  for (const table of ['holding', 'input'] as const) {
    for (let address = from; address <= to; address += block) {
      const count = Math.min(block, to - address + 1);
      yield { request: blockRequest(table, address, count), count };
    }
  }
}
