import type { BaselineReview } from '../../core/monitor.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import type { BaselineBook } from './book.ts';

/** The book of a running monitor: what people decide is judged by from then on. */
export function liveReview(book: BaselineBook, judgeBy: (baseline: Baseline) => Promise<void>): BaselineReview {
  const judge = async (): Promise<void> => {
    if (book.baseline !== undefined) await judgeBy(book.baseline);
  };
  return {
    learned: () => book.learned,
    lines: () => book.lines(),
    approve: async (lines, by, reason) => {
      const { unlearned } = book;
      book.approve(lines, by, reason);
      // an approval alone changes nothing that is judged by
      if (book.unlearned !== unlearned) await judge();
    },
    edit: async (line, figures, by, reason) => {
      book.edit(line, figures, by, reason);
      await judge();
    },
    unlearn: async (line, by, reason) => {
      book.unlearn(line, by, reason);
      await judge();
    },
  };
}
