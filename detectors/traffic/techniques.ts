import type { Tag } from '../../src/core/tag.ts';
import { effectOf, isRestart, techniquesOfEffect } from './operations.ts';
import type { Suspicion } from './suspicion.ts';

/** ATT&CK for ICS ids (v19) of one suspicion, and those among them whose use was observed. */
export interface Reading {
  readonly techniques: readonly string[];
  readonly seen: readonly string[];
}

const seen = (...techniques: string[]): Reading => ({ techniques, seen: techniques });
const possible = (...techniques: string[]): Reading => ({ techniques, seen: [] });

/** Techniques of a scan, by its target. */
const walks: Readonly<Record<string, Reading>> = {
  addresses: { techniques: ['T0861', 'T0802', 'T0801'], seen: ['T0861'] },
  nodes: { techniques: ['T0861', 'T0888'], seen: ['T0861'] },
  units: { techniques: ['T0846', 'T0840'], seen: ['T0846'] },
  functions: { techniques: ['T0888', 'T0861'], seen: ['T0888'] },
  ports: { techniques: ['T0846.001', 'T0840'], seen: ['T0846.001'] },
  hosts: { techniques: ['T0846', 'T0840'], seen: ['T0846'] },
  identities: seen('T0888'),
};

/** An accepted write is an unauthorised command; the written tag determines further techniques. */
function ofWrite({ rule, operation = '', accepted }: Suspicion, tag: Tag | undefined): Reading {
  const effect = effectOf(operation);
  const parameter = tag === undefined ? /^(FC6|FC16|FC22|FC23|Write)$/.test(operation) : tag.role !== 'command';
  const own = effect === 'write' ? ['T1692.001'] : techniquesOfEffect[effect];
  const changed = parameter ? ['T0836'] : [];
  const rogue = rule === 'write-stranger' ? ['T0848'] : [];
  const techniques = [...own, ...changed, ...rogue];
  return { techniques, seen: accepted === false ? own : [...own, ...(tag === undefined ? [] : changed), ...rogue] };
}

/** Techniques of a suspicion in ATT&CK for ICS. */
export function readingOf(suspicion: Suspicion, tag: Tag | undefined): Reading {
  const { rule, usual = '', operation = '', ends } = suspicion;
  const industrial = ends.protocol === 'modbus' || ends.protocol === 'opcua' || ends.device !== undefined;
  switch (rule) {
    case 'client-unlisted':
    case 'client-new':
      return industrial ? possible('T0848', 'T0864') : possible('T0886', 'T0864');
    case 'server-new':
    case 'port-new':
      return industrial ? possible('T0848', 'T0886') : possible('T0886', 'T0867', 'T0869');
    case 'unit-new':
      return possible('T0846', 'T0861');
    case 'operation-new':
      return possible(...techniquesOfEffect[effectOf(operation)]);
    case 'command-stranger':
    case 'command-forbidden': {
      const rogue = rule === 'command-stranger' ? ['T0848'] : [];
      const restart = isRestart(operation) ? ['T0816'] : [];
      return {
        techniques: [...new Set([...restart, ...techniquesOfEffect[effectOf(operation)], ...rogue])],
        seen: [...restart, ...rogue],
      };
    }
    case 'window':
      return possible('T0861', 'T0801');
    case 'write-stranger':
    case 'write-forbidden':
      return ofWrite(suspicion, tag);
    case 'write-first':
    case 'write-target':
      return possible(...ofWrite(suspicion, tag).techniques);
    case 'scan':
      return walks[usual] ?? seen('T0846');
    case 'identity':
      return seen('T0888');
    case 'exception':
      return possible('T0806', 'T1692.001', 'T0861');
    case 'malformed':
      return possible('T0866', 'T0814');
    case 'unmatched':
      return possible('T0830', 'T1692.002');
    case 'refused':
      return possible('T0846.001', 'T0814');
    case 'flood':
      return seen('T0814');
    case 'policy-weaker':
    case 'token-weaker':
      return possible('T0859', 'T0830', 'T0886');
    case 'session-new':
    case 'stranger':
      return possible('T0848', 'T0859');
    case 'tap-loss':
      return possible();
    case 'tap-blind':
      return possible('T1695.002', 'T0881');
    case 'silent':
      return possible('T1691.002', 'T1691.001', 'T0881');
    case 'pace-high':
      return possible('T0814', 'T0802');
    case 'address-changed':
    case 'address-twice':
      return possible('T0830');
    case 'pace-low':
      return possible('T0830', 'T0814');
  }
}
