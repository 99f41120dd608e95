import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const shown = 10;

/** Wall time of a file with its imports and set-up, in ms. */
function durationOf(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, setupDuration, collectDuration, duration } = module.diagnostic();
  return environmentSetupDuration + prepareDuration + setupDuration + collectDuration + duration;
}

/**
 * Prints the slowest files and the counts at the end of a run. With CI=true every peer is installed, so a skipped test fails the run.
 */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const slowest = modules.map((module) => ({ module, ms: durationOf(module) })).sort((a, b) => b.ms - a.ms);
    if (modules.length > shown) {
      console.log(`slowest of ${modules.length} files (wall time, with what runs beside them):`);
      for (const { module, ms } of slowest.slice(0, shown))
        console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${relative(process.cwd(), module.moduleId)}`);
    }
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string): number => states.filter((each) => each === state).length;
    console.log(`tests: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
    if (process.env['CI'] !== 'true' || count('skipped') === 0) return;
    console.error('With CI=true every peer is installed, so no test may be skipped.');
    process.exitCode = 1;
  }
}
