import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait for processes, servers and deadlines, or compute for half a minute. */
const long = /\/test\/(contracts|detection|e2e|examples|faults|interop|support|upgrade)\//;

/** Starts the long files first, beside which the others run. Files that share workers stay together. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
