import { clientsOf, isEncrypted, isObserved } from './client-acts.ts';
import type { JoiningRule } from './rule.ts';
import type { Side } from './side.ts';
import type { JoiningSite } from './site.ts';

/** The device of a client that may have written any tag of it: its messages are encrypted, or it wrote to an address without a tag. */
function unseenAt(side: Side, site: JoiningSite): string | undefined {
  if (side.network !== true || side.device === undefined) return undefined;
  const isUnknown = isEncrypted(side) || (isObserved(side) && site.known(side.tags).length === 0);
  return isUnknown ? side.device : undefined;
}

/** Devices of the set-points, commands and parameters of a finding of the process: only these are written. */
function* writtenAt(side: Side, site: JoiningSite): Iterable<string> {
  if (side.network === true || side.device !== undefined) return;
  const isWritten = (name: string): boolean => site.known([name]).some(({ role }) => role !== 'measurement' && role !== 'status');
  yield* site.devicesOf(side.tags.filter(isWritten));
}

function* keysOf(side: Side, site: JoiningSite, wanted: 'filed' | 'sought'): Iterable<string> {
  for (const client of clientsOf(side)) yield `client ${client}`;
  const device = unseenAt(side, site);
  if (device !== undefined) yield `${wanted === 'filed' ? 'unseen' : 'written'} ${device}`;
  for (const each of writtenAt(side, site)) yield `${wanted === 'filed' ? 'written' : 'unseen'} ${each}`;
}

/** Acts of one client, at any device. What a client writes unseen is one with the set-points and commands of the device that change. */
export const client: JoiningRule = {
  name: 'client',
  filed: (side, site) => keysOf(side, site, 'filed'),
  sought: (finding, site) => keysOf(finding, site, 'sought'),
  joins(alert, finding, site) {
    const known = clientsOf(alert);
    const same = clientsOf(finding).find((each) => known.includes(each));
    if (same !== undefined) return { rule: 'client', text: same };
    const sides = [[alert, finding] as const, [finding, alert] as const];
    for (const [act, process] of sides) {
      const device = unseenAt(act, site);
      if (device !== undefined && [...writtenAt(process, site)].includes(device))
        return { rule: 'client', text: `${clientsOf(act)[0] ?? 'unknown client'} at ${device}` };
    }
    return undefined;
  },
};
