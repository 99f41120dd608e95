import type { ClientAct, Finding, FindingChange } from '../core/finding.ts';

/**
 * The changes of a finding by client: a detector reports the acts of one kind at a device as one finding, and each client that acts is an
 * alert of its own. The finding of the first client keeps the id; that of another client adds the client to it. A detector names a bounded number
 * of clients: all others are one alert, with the client that leads them. Any other finding stays whole.
 */
export function byClient({ change, finding }: FindingChange): readonly FindingChange[] {
  const { clients = [], acts = [] } = finding.explanation;
  if (finding.network !== true || clients.length < 2) return [{ change, finding }];
  const others = acts.find(({ client }) => !clients.includes(client));
  const named = clients.map((client, i) => ofClient(finding, client, acts, i === 0 ? '' : client));
  return [...named, ...(others === undefined ? [] : [ofClient(finding, others.client, acts, 'others')])].map(
    (one): FindingChange => ({ change, finding: one }),
  );
}

/** @param mark what is added to the id */
function ofClient(finding: Finding, client: string, acts: readonly ClientAct[], mark: string): Finding {
  const { acts: _, writes, ...shared } = finding.explanation;
  const own = acts.find((one) => one.client === client);
  const written = writes?.filter((write) => write.client === client) ?? [];
  const tags = written.length > 0 ? [...new Set(written.map(({ tag }) => tag))] : finding.tags;
  const { client: __, ...told } = own ?? { client };
  return {
    ...finding,
    id: mark === '' ? finding.id : `${finding.id} ${mark}`,
    tags: tags.slice(0, Math.max(finding.tags.length, 1)),
    explanation: { ...shared, ...told, clients: [client], ...(written.length > 0 ? { writes: written } : {}) },
  };
}
