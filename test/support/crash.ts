import { spawn } from 'node:child_process';

/**
 * Runs a module in a process of its own and kills it (SIGKILL) once it has written `lines` lines. Returns its complete lines: the
 * claims that it made before the kill.
 */
export async function crash(source: string, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
  if (signal !== 'SIGKILL') throw new Error(`the process ended by itself: ${errors || output}`);
  return output.split('\n').slice(0, -1);
}

/** An import specifier for `crash`: the address of a module of the repository, from its path. */
export const moduleUrl = (path: string): string => new URL(`../../${path}`, import.meta.url).href;
