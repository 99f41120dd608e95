import type { DataType, NodeId } from 'node-opcua-client';
import type { OPCUAServer } from 'node-opcua-server';

export type AddressSpace = NonNullable<OPCUAServer['engine']['addressSpace']>;
export type Namespace = ReturnType<AddressSpace['getOwnNamespace']>;
export type Folder = ReturnType<Namespace['addFolder']>;
export type Variable = ReturnType<Namespace['addVariable']>;

/** Place of a point's variable outside of the folders of area and equipment. */
export interface PointPlace {
  readonly parent: Folder;
  readonly browseName: { readonly name: string; readonly namespaceIndex: number };
  /** Type on the wire, and its node if it is an enumeration. */
  readonly dataType?: DataType;
  readonly dataTypeNode?: NodeId;
  /** Type definition of the variable; that of the point's kind if absent. */
  readonly typeDefinition?: NodeId;
}
