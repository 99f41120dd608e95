import { Command } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import { commands } from './index.ts';

/** The command line with all commands and options. Errors are thrown; the process does not exit. */
export function createProgram(): Command {
  const program = new Command('scadawatch')
    .description('Anomaly monitor for SCADA and industrial control systems: polls read-only, explains what is wrong')
    .version(packageFile.version)
    .showHelpAfterError('(add --help for help)')
    .exitOverride();
  for (const add of commands) add(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}
