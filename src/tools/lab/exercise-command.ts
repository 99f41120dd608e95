import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { PluginRegistry } from '../../config/registry.ts';
import { exitCodes } from '../../service/process.ts';
import { passphraseVariable } from './config.ts';
import { exercise, type ExerciseOptions, namesFor, type RecordOptions } from './exercise.ts';
import { countBetween, durationOption } from '../option-values.ts';

interface Options extends ExerciseOptions {
  readonly names?: true;
  readonly record?: string;
  /** ms */
  readonly before?: number;
}

const hourMs = 3_600_000;

/** What the command needs of the program. */
export interface ExerciseProgram {
  readonly version: string;
  readonly registry: PluginRegistry;
  /** Prints on standard output. */
  readonly print: (text: string) => void;
}

/** `scadawatch exercise`: plays a scenario on a simulated plant without ports and monitor. */
export function addExercise(program: Command, about: ExerciseProgram): void {
  program
    .command('exercise')
    .description('play a scenario on a simulated plant without ports and monitor, and test its physical effects')
    .argument('<scenario>', 'file of a scenario or a campaign, or id of a shipped scenario')
    .option('--names', 'instead list the registers and true values of the plant, which a scenario can name')
    .option('--seed <n>', 'random seed of the plant (default: that of the file, otherwise 1)', countBetween(0, 0xffffffff))
    .option('--hour <n>', 'hour of the day, UTC, at which the scenario begins (default: 6)', countBetween(0, 23))
    .option(
      '--record <dir>',
      'record values (CSV, Parquet), Modbus packets (pcap) and ground truth, with a datasheet, in a new folder',
    )
    .option('--before <duration>', 'normal operation in the recording before the scenario, e.g. 2h (default: 1h)', recordedBefore)
    .action(async (of: string, options: Options) => {
      if (options.names === true) {
        about.print((await namesFor(of, options)).join('\n'));
        return;
      }
      const { lines, achieved } = await exercise(of, options, recordOf(options, about));
      about.print(lines.join('\n'));
      if (options.record !== undefined) about.print(`Recorded in ${options.record}; datasheet.md describes the files.`);
      if (!achieved) process.exitCode = exitCodes.failed;
    });
}

function recordedBefore(text: string): number {
  const ms = durationOption(text);
  if (ms > 24 * hourMs) throw new InvalidArgumentError('expected 24h at most');
  return ms;
}

function recordOf({ record: dir, before = hourMs }: Options, { version, registry }: ExerciseProgram): RecordOptions | undefined {
  if (dir === undefined) return undefined;
  // no device is reached, so that no passphrase is needed
  const environment = { ...process.env, [passphraseVariable]: 'none' };
  return { dir, beforeS: Math.round(before / 1_000), version, configOf: (file) => loadConfig(file, { registry, environment }) };
}
