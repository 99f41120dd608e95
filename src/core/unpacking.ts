/**
 * Bytes that a gzip file may unpack to, 16 GiB. gzip packs up to a thousandfold: a file of 1 GB could keep a reader busy with 1 TB.
 * Whoever has more unpacks it first and splits it.
 */
export const mostUnpackedBytes = 16 * 2 ** 30;

/** Characters of a line of JSON, 64 Mi. Nothing of ours writes a longer one. */
export const longestLine = 64 * 2 ** 20;

/**
 * Lines of an unpacked text, each handed on as soon as it is complete.
 * @param unfinished receives what follows the last line end, if there is anything
 * @throws what `refuse` makes of a line without an end or of more than `mostBytes`
 */
export async function* linesWithin(
  chunks: AsyncIterable<string>,
  refuse: (what: string) => Error,
  unfinished: (rest: string) => void = () => {},
  mostBytes = mostUnpackedBytes,
): AsyncGenerator<string, void, void> {
  let rest = '';
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += Buffer.byteLength(chunk);
    if (bytes > mostBytes) throw refuse(`it unpacks to more than ${mostBytes} bytes`);
    // Only the chunk is searched: splitting what is left again and again takes quadratic time on a long line.
    const [first = '', ...others] = chunk.split('\n');
    rest += first;
    if (rest.length > longestLine) throw refuse('one of its lines has no end');
    const next = others.pop();
    if (next === undefined) continue;
    yield rest;
    yield* others;
    rest = next;
  }
  if (rest !== '') unfinished(rest);
}
