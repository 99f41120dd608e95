import type { Actor } from '../../core/alert.ts';
import type { LineRef } from '../../core/line-ref.ts';
import type { BaselineReview } from '../../core/monitor.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import type { BaselineManager } from './manager.ts';

/**
 * Review of the baseline of a running monitor: detection applies each decision at once.
 * @param onReduced receives a sentence about each decision that can reduce the protection: an edit, an unlearning or a raised threshold
 */
export function liveReview(
  manager: BaselineManager,
  judgeBy: (baseline: Baseline) => Promise<void>,
  onReduced: (act: string) => void = () => {},
): BaselineReview {
  const note = (verb: string, { detector, channel }: LineRef, { role }: Actor, reason = 'no reason'): void =>
    onReduced(`Role ${role} ${verb} the baseline entry ${detector} of ${channel}: ${reason}`);
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
      note('edited', line, by, reason);
      await judge();
    },
    learnable: (alert) => manager.learnable(alert),
    learn: async (alert, raises, by, reason, stored) => {
      await manager.learn(alert, raises, by, reason, stored);
      const named = raises.map(({ detector, channel }) => `${detector} of ${channel}`).join(', ');
      onReduced(`Role ${by.role} learned ${alert} as normal, which raises the threshold of ${named}: ${reason}`);
      await judge();
    },
    lower: async (line, by, reason) => {
      manager.lower(line, by, reason);
      await judge();
    },
    unlearn: async (line, by, reason) => {
      manager.unlearn(line, by, reason);
      note('unlearned', line, by, reason);
      await judge();
    },
  };
}
