import attack from './attack-ics.json' with { type: 'json' };

/** A tactic of MITRE ATT&CK for ICS: a column of the matrix. */
export interface Tactic {
  readonly id: string;
  readonly name: string;
  /** Name by which techniques refer to it, e.g. `impair-process-control`. */
  readonly shortname: string;
}

/** A technique or sub-technique of the matrix. */
export interface MatrixTechnique {
  readonly id: string;
  readonly name: string;
  /** Short names of its tactics. */
  readonly tactics: readonly string[];
  /** Id before the renumbering of v19; absent if there was none. */
  readonly v18?: string;
  /** Id of its STIX object as MITRE publishes it; absent if it is not known. */
  readonly stix?: string;
}

/** MITRE ATT&CK for ICS with its tactics in the order of the matrix. The notice must accompany the names. */
export const attackMatrix: {
  readonly notice: string;
  readonly version: string;
  readonly tactics: readonly Tactic[];
  readonly techniques: readonly MatrixTechnique[];
} = attack;

const byId = new Map(attackMatrix.techniques.map((technique) => [technique.id, technique]));

/** The technique with an id; undefined if the matrix does not contain it. */
export const techniqueById = (id: string): MatrixTechnique | undefined => byId.get(id);
