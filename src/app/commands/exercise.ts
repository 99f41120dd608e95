import type { Command } from 'commander';
import { exitCodes } from '../../service/process.ts';
import { exercise, type ExerciseOptions, namesFor } from '../../tools/lab/exercise.ts';
import { countBetween } from '../../tools/option-values.ts';

/** `scadawatch exercise`: plays a scenario on a simulated plant without ports and monitor. */
export function exerciseCommand(program: Command): void {
  program
    .command('exercise')
    .description('play a scenario on a simulated plant without ports and monitor, and test its physical effects')
    .argument('<scenario>', 'scenario file, or id of a shipped scenario')
    .option('--names', 'instead list the registers and true values of the plant, which a scenario can name')
    .option('--seed <n>', 'random seed of the plant (default: that of the scenario, otherwise 1)', countBetween(0, 0xffffffff))
    .option('--hour <n>', 'hour of the day, UTC, at which the scenario begins (default: 6)', countBetween(0, 23))
    .action(async (of: string, options: ExerciseOptions & { readonly names?: true }) => {
      if (options.names === true) {
        console.log((await namesFor(of, options)).join('\n'));
        return;
      }
      const { lines, achieved } = await exercise(of, options);
      console.log(lines.join('\n'));
      if (!achieved) process.exitCode = exitCodes.failed;
    });
}
