import { CommanderError } from 'commander';
import { diskRefusal } from './data-directory/index.ts';
import { createProgram } from './app/commands/program.ts';
import { exitCodes } from './service/process.ts';
import { toScadaError } from './core/errors.ts';

/** Runs the command line. Sets the exit status instead of throwing. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = await createProgram(argv[2]);
  let dataDir: unknown;
  program.hook('preAction', (_, command) => {
    dataDir = command.opts()['data'];
    // what a command with a data directory writes is for its user alone, whatever the umask of the shell
    if (dataDir !== undefined) process.umask(0o077);
  });
  try {
    await program.parseAsync([...argv]);
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? 0 : exitCodes.usage;
      return;
    }
    if (thrown instanceof Error && thrown.name === 'AbortError') {
      console.error('Stopped before the end.');
      process.exitCode = exitCodes.stopped;
      return;
    }
    const error = (typeof dataDir === 'string' ? diskRefusal(dataDir, thrown) : undefined) ?? toScadaError(thrown);
    console.error(error.message);
    if (error.hint !== undefined) console.error(error.hint);
    if (error.code === 'INTERNAL') console.error(error.cause instanceof Error ? error.cause.stack : '');
    process.exitCode = error.kind === 'config' ? exitCodes.usage : exitCodes.internal;
  }
}
