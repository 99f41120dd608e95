import type { Command } from 'commander';
import { backupCommand, restoreCommand } from './backup.ts';
import { backtestCommand } from './backtest.ts';
import { baselineCommand } from './baseline.ts';
import { calibrateCommand } from './calibrate.ts';
import { checkCommand } from './check.ts';
import { discoverCommand } from './discover.ts';
import { evidenceCommand } from './evidence.ts';
import { importCommand } from './import.ts';
import { labCommand } from './lab.ts';
import { planCommand } from './plan.ts';
import { pseudonymsCommand } from './pseudonyms.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';
import { usersCommand } from './users.ts';

/** All commands, in the order of the help. */
export const commands: readonly ((program: Command) => void)[] = [
  labCommand,
  runCommand,
  checkCommand,
  planCommand,
  calibrateCommand,
  baselineCommand,
  backtestCommand,
  replayCommand,
  evidenceCommand,
  pseudonymsCommand,
  discoverCommand,
  importCommand,
  simulateCommand,
  backupCommand,
  restoreCommand,
  usersCommand,
];
