import { createInterface } from 'node:readline/promises';
import { isAbort } from '../../core/errors.ts';

/** Where a person can be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks a person, for whom silence, an end of input and Ctrl-C are all a no. */
export async function confirm(question: string, { input, output }: Terminal, signal: AbortSignal): Promise<boolean> {
  // Not in raw mode, so that Ctrl-C stays a signal.
  using lines = createInterface({ input, output, terminal: false });
  const ended = Promise.withResolvers<string>();
  lines.once('close', () => ended.resolve(''));
  try {
    const answer = await Promise.race([lines.question(question, { signal }), ended.promise]);
    return /^(y|yes)$/i.test(answer.trim());
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
    return false;
  }
}
