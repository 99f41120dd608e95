import type { BaselineReview } from '../../core/monitor.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import type { BaselineManager } from './manager.ts';

/** Review of the baseline of a running monitor: detection applies each decision at once. */
export function liveReview(manager: BaselineManager, judgeBy: (baseline: Baseline) => Promise<void>): BaselineReview {
  const judge = async (): Promise<void> => {
    if (manager.baseline !== undefined) await judgeBy(manager.baseline);
  };
  return {
    learned: () => manager.learned,
    lines: () => manager.lines(),
    approve: async (lines, by, reason) => {
      const { unlearned } = manager;
      manager.approve(lines, by, reason);
      // an approval alone changes nothing for detection
      if (manager.unlearned !== unlearned) await judge();
    },
    edit: async (line, figures, by, reason) => {
      manager.edit(line, figures, by, reason);
      await judge();
    },
    unlearn: async (line, by, reason) => {
      manager.unlearn(line, by, reason);
      await judge();
    },
  };
}
