import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that mostly wait for processes, servers and deadlines. */
const waits = /\/test\/(e2e|faults|interop|detection)\//;

/** Starts the files that wait the longest first, beside which the others run. Files that share workers stay together. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWaiting = ({ moduleId }: TestSpecification): boolean => waits.test(moduleId);
    return [...sorted.filter(isWaiting), ...sorted.filter((file) => !isWaiting(file))];
  }
}
