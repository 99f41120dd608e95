import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { FindingChange } from '../../../src/core/finding.ts';
import type { Influence } from '../../../src/core/influence.ts';

/** Findings of pairs of independent events, and what the baseline knew of the plant. Written by `keep-pairs.ts`. */
export interface KeptPairs {
  readonly influences: readonly Influence[];
  readonly plays: readonly { readonly id: string; readonly findings: readonly FindingChange[] }[];
}

/** @param plant type of the plant */
export const keptPairsFile = (plant: string): string =>
  fileURLToPath(new URL(`../../fixtures/incident-pairs.${plant}.json.gz`, import.meta.url));

export const readKeptPairs = (plant: string): KeptPairs =>
  JSON.parse(gunzipSync(readFileSync(keptPairsFile(plant))).toString('utf8')) as KeptPairs;
