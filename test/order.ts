import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait for processes, servers and deadlines, or compute for half a minute. */
const long = /\/test\/(contracts|detection|e2e|examples|faults|interop|support|upgrade)\//;

/** Starts the long files first, beside which the others run. Files that share workers stay together. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rankOf = ({ moduleId, project }: TestSpecification): number =>
      project.config.isolate ? 2 : long.test(moduleId) ? 0 : 1;
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
