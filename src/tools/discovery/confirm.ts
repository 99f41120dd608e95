import { createInterface } from 'node:readline/promises';
import { isAbort } from '../../core/errors.ts';

/** Terminal for questions to a person. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks a person to confirm. No answer, an end of input and Ctrl-C mean no. */
export async function confirm(question: string, { input, output }: Terminal, signal: AbortSignal): Promise<boolean> {
  // not in raw mode, so that Ctrl-C stays a signal
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
