import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { gunzip, gzip } from 'node:zlib';
import { ScadaError } from '../../core/errors.ts';
import { type Learned, learnedMessage, type LearnedMessage, learnedOf } from '../calibration/index.ts';

/** Folder for the block maxima of calibrations. */
export interface Keeping {
  readonly dir: string;
  /** Ids of files that baselines in use refer to. */
  readonly inUse: readonly string[];
}

/** Files beside those in use that stay, newest first. */
const mostFiles = 3;
/** Largest content before compression: about 40 000 channels. */
const mostBytes = 512 * 1024 * 1024;
const ending = '.maxima';

export const maximaFile = (dir: string, id: string): string => join(dir, `${id}${ending}`);

/**
 * Writes what thresholds are set from, without the baselines of the detectors, and removes old files. The id is the SHA-256 of the
 * file, so that a damaged or exchanged one is recognised.
 * @returns the id; undefined if the content is too large or the folder cannot be written: the calibration is complete without it
 */
export async function keepMaxima(learned: Learned, { dir, inUse }: Keeping): Promise<string | undefined> {
  const { outOfFold, inSample } = learned;
  if (4 * (outOfFold.channels * outOfFold.blocks + inSample.channels * inSample.blocks) > mostBytes) return undefined;
  const detectors = learned.detectors.map((detector) => ({ ...detector, baseline: null }));
  const bytes = await promisify(gzip)(serialize(learnedMessage({ ...learned, detectors })), { level: 1 });
  const id = createHash('sha256').update(bytes).digest('hex');
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeWhole(maximaFile(dir, id), bytes);
    await removeOld(dir, [...inUse, id]);
  } catch {
    return undefined;
  }
  return id;
}

/**
 * Reads what `keepMaxima` wrote.
 * @throws ScadaError INPUT_INVALID if the file is missing or damaged
 */
export async function readMaxima(dir: string, id: string): Promise<Learned> {
  const file = maximaFile(dir, id);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `the block maxima of the calibration are missing: ${file}`, { hint, cause });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== id)
    throw new ScadaError('config', 'INPUT_INVALID', `the block maxima of the calibration are damaged: ${file}`, { hint });
  return learnedOf(deserialize(await promisify(gunzip)(bytes, { maxOutputLength: 2 * mostBytes })) as LearnedMessage);
}

const hint = 'Learn again (scadawatch calibrate) to get a review.';

async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

async function removeOld(dir: string, inUse: readonly string[]): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(ending) && !inUse.some((id) => name === `${id}${ending}`));
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(dir, name))).mtimeMs })));
  const old = dated.toSorted((a, b) => b.at - a.at).slice(mostFiles);
  await Promise.all(old.map(({ name }) => rm(join(dir, name), { force: true })));
}
