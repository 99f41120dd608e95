/**
 * Most bytes to which a gzip file may unpack, 16 GiB. gzip compresses up to a thousandfold: a file of 1 GB could occupy a reader
 * with 1 TB. Larger files must be unpacked and split first.
 */
export const mostUnpackedBytes = 16 * 2 ** 30;

/** Most characters of a line of JSON, 64 Mi. No file of scadawatch has a longer line. */
export const longestLine = 64 * 2 ** 20;

/**
 * Lines of an unpacked text, each yielded as soon as it is complete.
 * @param unfinished receives the text after the last line end, if any
 * @throws the error of `refuse` for a line without an end or more than `mostBytes`
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
    // Searches only the new chunk: splitting the remaining text repeatedly takes quadratic time on a long line.
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
