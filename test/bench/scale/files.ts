import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { CalibrationMessage } from '../../../src/detection/baseline/message.ts';

const statesFile = 'states';
const [bytesOf, numbersOf] = ['.bytes', '.numbers'];

/** Writes a message into a folder, so that another process can have it exactly as a thread receives it. */
export function writeMessage({ states, detectors }: CalibrationMessage, folder: string): void {
  writeFileSync(join(folder, statesFile), serialize(states));
  for (const [name, { bytes, numbers }] of Object.entries(detectors)) {
    writeFileSync(join(folder, `${name}${bytesOf}`), bytes);
    writeFileSync(join(folder, `${name}${numbersOf}`), numbers);
  }
}

export function readMessage(folder: string): CalibrationMessage {
  const names = readdirSync(folder).flatMap((file) => (file.endsWith(bytesOf) ? [file.slice(0, -bytesOf.length)] : []));
  const partOf = (name: string) => {
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${name}${numbersOf}`));
    const numbers = new Float64Array(buffer, byteOffset, byteLength / Float64Array.BYTES_PER_ELEMENT);
    return { bytes: readFileSync(join(folder, `${name}${bytesOf}`)), numbers };
  };
  return {
    states: deserialize(readFileSync(join(folder, statesFile))) as CalibrationMessage['states'],
    detectors: Object.fromEntries(names.map((name) => [name, partOf(name)])),
  };
}
