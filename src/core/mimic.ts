/** Symbols of the library, drawn by the dashboard. */
export const mimicSymbols = ['pump', 'valve', 'tank', 'filter', 'dosing', 'breaker', 'compressor', 'conveyor', 'arm'] as const;
export type MimicSymbol = (typeof mimicSymbols)[number];

/** Sides of an object. */
export const mimicSides = ['right', 'left', 'above', 'below'] as const;
export type MimicSide = (typeof mimicSides)[number];

/** Width and height of each drawing, in its own units. */
export const mimicSize = { width: 1400, height: 560 } as const;

/** Bounds of a file of mimics. */
export const mimicLimits = {
  mimics: 200,
  objects: 80,
  values: 80,
  pipes: 120,
  points: 16,
  texts: 40,
  objectValues: 4,
  name: 24,
} as const;

/** A place in a drawing, from its upper left corner. */
export type MimicPoint = readonly [x: number, y: number];

/** An equipment of a drawing: a symbol with its name, state and values. */
export interface MimicObject {
  readonly symbol: MimicSymbol;
  readonly name: string;
  /** Centre of the symbol. */
  readonly at: MimicPoint;
  /** Width and height of the symbol; its usual ones if absent. */
  readonly size?: MimicPoint | undefined;
  /** Direction of flow. */
  readonly facing: MimicSide;
  /** Tag of the state: running, open, closed, in service. */
  readonly state?: string | undefined;
  /** Values of `state` that are drawn bright; without them the name of the state decides, or any value above 0. */
  readonly on?: readonly number[] | undefined;
  /** Tag that is not 0 in a fault. */
  readonly fault?: string | undefined;
  /** Tag of the level, drawn to the scale of its range. */
  readonly level?: string | undefined;
  /** Tags whose values stand under the name. */
  readonly values: readonly string[];
  /** Side of the symbol on which name and values stand. */
  readonly label: MimicSide;
}

/** A measured or commanded value at its place. */
export interface MimicValue {
  readonly tag: string;
  readonly at: MimicPoint;
  /** Point on a pipe or a symbol that it belongs to; a wire leads there. */
  readonly from?: MimicPoint | undefined;
}

/** A pipe, belt or cable through some points. */
export interface MimicPipe {
  readonly through: readonly MimicPoint[];
  /** An arrow at its end. */
  readonly arrow: boolean;
}

/** Drawing of one area. */
export interface Mimic {
  /** Id of the area. */
  readonly area: string;
  readonly title: string;
  readonly objects: readonly MimicObject[];
  readonly values: readonly MimicValue[];
  readonly pipes: readonly MimicPipe[];
  readonly texts: readonly { readonly text: string; readonly at: MimicPoint }[];
}

/** Names of all tags of a drawing, each once. */
export const tagsOfMimic = ({ objects, values }: Pick<Mimic, 'objects' | 'values'>): readonly string[] => [
  ...new Set([...objects.flatMap(tagsOfObject), ...values.map(({ tag }) => tag)]),
];

/** Names of the tags of an object; the first one is the one that it opens. */
export const tagsOfObject = ({ state, level, fault, values }: MimicObject): readonly string[] =>
  [state, level, ...values, fault].filter((tag) => tag !== undefined);
