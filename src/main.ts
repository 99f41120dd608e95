import { CommanderError } from 'commander';
import { createProgram } from './app/commands/program.ts';
import { exitCodes } from './service/process.ts';
import { toScadaError } from './core/errors.ts';

/** Runs the command line. Sets the exit status instead of throwing. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = await createProgram(argv[2]);
  program.hook('preAction', (_, command) => {
    // what a command with a data directory writes is for its user alone, whatever the umask of the shell
    if ('data' in command.opts()) process.umask(0o077);
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
    const error = toScadaError(thrown);
    console.error(error.message);
    if (error.hint !== undefined) console.error(error.hint);
    if (error.code === 'INTERNAL') console.error(error.cause instanceof Error ? error.cause.stack : '');
    process.exitCode = error.kind === 'config' ? exitCodes.usage : exitCodes.internal;
  }
}
