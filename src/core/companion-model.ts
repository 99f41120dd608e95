/** Nodesets of companion specifications that a simulated OPC UA server can load, besides the standard one. */
export type CompanionNodeset = 'di' | 'ia' | 'robotics';

/**
 * Node of an OPC UA companion model. Names and types are `namespace:Name` with a nodeset as namespace, such as `robotics:Axes`; without
 * one, a name belongs to the server itself and a type to the standard.
 */
export interface CompanionNode {
  /** Browse name. */
  readonly name: string;
  /** Type definition of an object, a folder if absent; or that of the variable of an analog point, AnalogItemType if absent. */
  readonly type?: string;
  /** The node is the variable of this point; its node id stays `s=<point>`. */
  readonly point?: string;
  /** Data type of the variable if it differs from that of the point: Boolean, or an enumeration of a nodeset. */
  readonly dataType?: 'Boolean' | `${CompanionNodeset}:${string}`;
  /** A variable of its own that shows a point as text: by its value, or as a duration (ISO 8601) of hours. */
  readonly shows?: { readonly point: string; readonly as: Readonly<Record<number, string>> | 'duration' };
  /** A property with a constant value. */
  readonly constant?: CompanionConstant;
  readonly children?: readonly CompanionNode[];
}

export type CompanionConstant =
  | { readonly type: 'String' | 'LocalizedText'; readonly value: string }
  | { readonly type: `${CompanionNodeset}:${string}`; readonly value: number };

/** Structure of a plant's OPC UA server by companion specifications. */
export interface CompanionModel {
  readonly nodesets: readonly CompanionNodeset[];
  /** Nodes below `Objects/DeviceSet` of the nodeset `di`. */
  readonly devices: readonly CompanionNode[];
  /** References between nodes, by their paths of browse names below `DeviceSet`, separated by `/`. */
  readonly references: readonly { readonly from: string; readonly type: string; readonly to: string }[];
}
