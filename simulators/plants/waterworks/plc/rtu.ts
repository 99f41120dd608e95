import { at } from '../points/index.ts';
import { failed } from '../sensing.ts';
import type { WaterworksState } from '../state.ts';

const commands = [at('B1.CMD'), at('B2.CMD')] as const;
const [tankLevel, on, off] = [at('T3.LT'), at('SP.T3ON'), at('SP.T3OFF')];

/** Distance of the second booster's levels below those of the first, m. */
const stageGap = 1;
const minimumRunS = 300;
const restartS = 300;

/** Stages the boosters on the level of T3, seal-in logic as for the high-lift pumps. Scanned every 5 s. */
export function controlBoosters(state: WaterworksState, dt: number): void {
  const { memory } = state;
  const { rtu } = state.plc;
  const level = memory[tankLevel] ?? 0;
  commands.forEach((index, k) => {
    const running = memory[index] === 1;
    rtu.running[k] = running ? (rtu.running[k] ?? 0) + dt : 0;
    rtu.sinceStop[k] = running ? 0 : (rtu.sinceStop[k] ?? 0) + dt;
    if (!failed(state.sensing, 'T3.LT')) {
      if (level < (memory[on] ?? 0) - k * stageGap) rtu.stages[k] = true;
      else if (level > (memory[off] ?? 9) - k * stageGap) rtu.stages[k] = false;
    }
    const wanted = rtu.stages[k] === true;
    if (wanted && !running && (rtu.sinceStop[k] ?? 0) > restartS) {
      memory[index] = 1;
      // counts as a start even if the command is reset before the next scan
      rtu.sinceStop[k] = 0;
    } else if (!wanted && running && (rtu.running[k] ?? 0) > minimumRunS) memory[index] = 0;
  });
}
