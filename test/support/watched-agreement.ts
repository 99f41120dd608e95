import { agreement } from '../../detectors/agreement/index.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { LatestTable } from '../../src/ingest/latest.ts';
import { ReadingScreen } from '../../src/ingest/reading-screen.ts';
import { make, targetOf } from './detectors.ts';

export interface WatchedAgreement {
  /** In the order of the observations. */
  readonly changes: readonly FindingChange[];
  readonly observe: (observation: Observation) => void;
}

/** `agreement` after the screen of other clients' readings, as in a monitor. @param own addresses of the monitor */
export function watchAgreement(tags: TagTable, devices: readonly string[], own: readonly string[]): WatchedAgreement {
  const detector = make(agreement, { ...targetOf(tags.tags), devices: [...devices] });
  const engine = createEngine({
    detectors: [{ name: 'agreement', plugin: agreement, detector }],
    thresholds: {},
    tags,
    groups: [],
  });
  const latest = new LatestTable(tags.size);
  const screen = new ReadingScreen(tags, latest, own);
  const changes: FindingChange[] = [];
  const observe = (observation: Observation): void => {
    if (observation.kind === 'batch') latest.update(observation.batch);
    const screened = screen.screen(observation);
    if (screened !== undefined) changes.push(...engine.observe(screened));
  };
  return { changes, observe };
}
