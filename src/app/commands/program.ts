import { Command } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import { commands } from './index.ts';

/**
 * The command line with all options. Errors are thrown; the process does not exit.
 * @param named command that is about to run; if it is none, all commands are loaded, as the help needs them
 */
export async function createProgram(named?: string): Promise<Command> {
  const program = new Command('scadawatch')
    .description('Anomaly monitor for SCADA and industrial control systems: polls read-only, explains what is wrong')
    .version(packageFile.version)
    .showHelpAfterError('(add --help for help)')
    .exitOverride();
  const isCommand = named !== undefined && Object.hasOwn(commands, named);
  for (const [name, load] of Object.entries(commands)) if (!isCommand || name === named) (await load())(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}
