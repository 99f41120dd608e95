import { at } from '../points/index.ts';
import type { RobotCellState } from '../state.ts';

const cell = { good: at('CELL.GOOD'), rejected: at('CELL.REJ'), oee: at('CELL.OEE'), between: at('CELL.CT') };
const controllers = ([1, 2] as const).map((n) => ({ program: at(`C${n}.PROG`), sum: at(`C${n}.SUM`) }));
/** Time between two parts at full effectiveness by product, s. */
const idealS = [9.5, 12.5] as const;
/** Checksums of the programs 1 to 3 of both arms. */
const sums = [
  [41_237, 8_652, 60_911],
  [22_870, 51_406, 13_339],
] as const;

/** Writes counters, times and checksums into the registers, each second. */
export function reportTally({ memory, tally, conveyors, acts }: RobotCellState): void {
  memory[cell.good] = tally.good;
  memory[cell.rejected] = tally.rejected;
  memory[cell.oee] = Math.round(1000 * tally.rate * (idealS[conveyors.product - 1] ?? idealS[0])) / 10;
  memory[cell.between] = Math.round(10 * Math.min(600, tally.betweenS)) / 10;
  controllers.forEach(({ program, sum }, i) => {
    const known = sums[i]?.[(memory[program] ?? 1) - 1] ?? 0;
    // another body of the program has another checksum
    memory[sum] = i === 0 && acts.programError !== 0 ? (known ^ 0x5a5a) & 0xffff : known;
  });
}
