import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { ScadaError } from '../../core/errors.ts';
import { delimiterOf, invalid, textOf } from './text.ts';

/** A line of a file, split into cells. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** Number of its last line in the file, from 1. */
  readonly line: number;
  /** True if a comma cannot be the column separator. */
  readonly decimalComma: boolean;
}

/** Options of a read that may take minutes. */
export interface Reading {
  /** Receives the fraction that was read. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Lines between two progress reports. */
const breath = 1_000;
/** Limit for an unclosed quote, which would put the rest of the file into one cell. */
const longestRecord = 1 << 22;

/**
 * The records of a CSV file, plain or gzipped, separated by comma, semicolon, tab, bar or blanks. The first record is the header.
 * @param skipLines lines before the header
 * @throws ScadaError INPUT_INVALID
 */
export async function* recordsOf(path: string, skipLines: number, { onProgress, signal }: Reading): AsyncGenerator<CsvRecord> {
  const delimiter = await delimiterOf(path, skipLines);
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // concatenated files may have different line endings
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longestRecord,
    from_line: skipLines + 1,
  });
  const text = await textOf(path);
  const reading = pipeline(text.stream, parser).catch((thrown: unknown) => {
    throw invalid(path, `it cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  });
  // the error reaches the caller through the parser and is awaited after it
  reading.catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      const cells = delimiter === ' ' ? record.filter((cell) => cell !== '') : record;
      yield { cells, line: info.lines, decimalComma: delimiter !== ',' };
      if (info.lines % breath !== 0) continue;
      signal?.throwIfAborted();
      onProgress?.(text.done());
    }
  } catch (thrown) {
    if (thrown instanceof ScadaError || signal?.aborted === true) throw thrown;
    throw invalid(path, `it cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
  await reading;
}
