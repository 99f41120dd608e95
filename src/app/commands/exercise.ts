import type { Command } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import { addExercise } from '../../tools/lab/exercise-command.ts';
import { registry } from '../registry.ts';

/** `scadawatch exercise`: plays a scenario on a simulated plant without ports and monitor. */
export const exerciseCommand = (program: Command): void =>
  addExercise(program, { version: packageFile.version, registry, print: (text) => console.log(text) });
