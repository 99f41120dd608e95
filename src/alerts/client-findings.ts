import type { ClientAct, Finding, FindingChange } from '../core/finding.ts';

/**
 * The changes of a finding by client: a detector reports the acts of one kind at a device as one finding, and each client that acts is an
 * alert of its own. The finding of the first client keeps the id; that of another client adds the client to it. Any other finding stays whole.
 */
export function byClient({ change, finding }: FindingChange): readonly FindingChange[] {
  const { clients = [], acts = [] } = finding.explanation;
  if (finding.network !== true || clients.length < 2) return [{ change, finding }];
  return clients.map((client, i): FindingChange => ({ change, finding: ofClient(finding, client, i, acts) }));
}

function ofClient(finding: Finding, client: string, i: number, acts: readonly ClientAct[]): Finding {
  const { acts: _, writes, ...shared } = finding.explanation;
  const own = acts.find((one) => one.client === client);
  const written = writes?.filter((write) => write.client === client) ?? [];
  const tags = written.length > 0 ? [...new Set(written.map(({ tag }) => tag))] : finding.tags;
  const { client: __, ...told } = own ?? { client };
  return {
    ...finding,
    id: i === 0 ? finding.id : `${finding.id} ${client}`,
    tags: tags.slice(0, Math.max(finding.tags.length, 1)),
    explanation: { ...shared, ...told, clients: [client], ...(written.length > 0 ? { writes: written } : {}) },
  };
}
