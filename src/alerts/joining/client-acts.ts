import type { Alert } from '../../core/alert.ts';
import type { Finding } from '../../core/finding.ts';
import type { Side } from './side.ts';

type Explained = Pick<Side, 'explanation' | 'tags' | 'network' | 'findings'>;

const explanationsOf = ({ explanation, findings = [] }: Explained): readonly Finding['explanation'][] => [
  explanation,
  ...findings.map((one) => one.explanation),
];

/** True for more than the presence of a client: a technique whose use was observed. */
export const isObserved = ({ latching, explanation }: Pick<Alert, 'explanation' | 'latching'>): boolean =>
  latching === true || (explanation.seen ?? []).length > 0;

/** True if messages of a client are encrypted: it may have written any tag of the device. */
export const isEncrypted = (act: Explained): boolean => explanationsOf(act).some(({ encrypted }) => encrypted === true);

/** Addresses of the clients of an act; empty if none is known. */
export const clientsOf = (act: Explained): readonly string[] => explanationsOf(act).flatMap(({ clients }) => clients ?? []);

/**
 * Tags that a finding or alert is about; of an act all tags that its clients wrote. The tags of a finding name at most five of them, and
 * one of a sweep.
 */
export const tagsOf = (side: Explained): readonly string[] =>
  side.network === true
    ? [...new Set([...side.tags, ...explanationsOf(side).flatMap(({ writes = [] }) => writes.map(({ tag }) => tag))])]
    : side.tags;
