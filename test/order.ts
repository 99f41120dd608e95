import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that mostly wait for processes, servers and deadlines: they start first, so that the others fill the time in which they wait. */
const waits = /\/test\/(e2e|faults|interop|detection)\//;

/** Starts the files that wait the longest first: the last minutes of a run then have no file that runs alone. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWaiting = ({ moduleId }: TestSpecification): boolean => waits.test(moduleId);
    return [...sorted.filter(isWaiting), ...sorted.filter((file) => !isWaiting(file))];
  }
}
