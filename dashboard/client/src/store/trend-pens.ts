import type { PenChoice } from '../../../../src/core/trend-pens.ts';
import { act, query } from './api.ts';

/** The pens that the user has chosen for the trend of a tag; undefined without a choice, or if it could not be read. */
export async function chosenPens(tag: string): Promise<readonly PenChoice[] | undefined> {
  try {
    return (await query('GET /api/account/pens', { tag })).pens;
  } catch {
    // related tags are a usable trend
    return undefined;
  }
}

/** Keeps the pens of a tag for the user; undefined removes the choice. @throws ApiError */
export async function keepPens(tag: string, pens: readonly PenChoice[] | undefined): Promise<void> {
  await act('POST /api/account/pens', { tag, ...(pens === undefined ? {} : { pens: [...pens] }) });
}
