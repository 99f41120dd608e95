import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait for processes, servers and deadlines, or compute for half a minute. */
const long = /\/test\/(contracts|detection|e2e|examples|faults|interop|support|upgrade)\/|\/src\/learning\/detection-limits\//;

/**
 * Order of the files. Those with a process of their own and the pages come first: a worker ends when the next file is of another project,
 * so that between the others they would end each worker, which then imports all modules again. Long files follow, beside which short ones
 * run, and short ones are left for the end, when a long one would keep one core alone busy.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rankOf = ({ moduleId, project }: TestSpecification): number => {
      if (project.config.isolate) return 0;
      if (project.name !== 'shared') return 1;
      return long.test(moduleId) ? 2 : 3;
    };
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
