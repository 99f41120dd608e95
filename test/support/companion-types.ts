import { AttributeIds, BrowseDirection, type ClientSession, NodeClass, type NodeId, resolveNodeId } from 'node-opcua-client';

const mandatory = 'ns=0;i=78';
const mandatoryPlaceholder = 'ns=0;i=11510';
const allFields = 63;

/** Child of a type or of an instance. */
interface Child {
  readonly name: string;
  readonly nodeId: NodeId;
  readonly nodeClass: NodeClass;
  /** Type definition; a null id for a method. */
  readonly type: string;
  readonly reference: string;
}

/** Child that a type declares. */
interface Declared extends Child {
  /** Node id of its modelling rule. */
  readonly rule: string | undefined;
}

interface Instance {
  readonly path: string;
  readonly node: NodeId;
  readonly type: string;
}

/** Compares the nodes of an OPC UA server with its own type definitions (OPC 10000-3, 6.4), by browsing it as a client. */
export class TypeChecker {
  readonly #session: ClientSession;
  readonly #children = new Map<string, readonly Child[]>();
  readonly #declarations = new Map<string, Promise<readonly Declared[]>>();
  readonly #ancestries = new Map<string, Promise<readonly string[]>>();
  readonly #dataTypes = new Map<string, string>();
  readonly #violations = new Set<string>();
  #checked = 0;

  constructor(session: ClientSession) {
    this.#session = session;
  }

  /** Number of declarations that were compared. */
  get checked(): number {
    return this.#checked;
  }

  /** Checks a node and everything below it. Returns a sentence for each violation. */
  async check(node: NodeId, path: string): Promise<readonly string[]> {
    const [[type]] = (await this.#browse([node], 'HasTypeDefinition')) as [readonly Child[]];
    let level: readonly Instance[] = [{ path, node, type: String(type?.nodeId) }];
    const all: Instance[] = [];
    // a request for each level: one for each node would take minutes
    while (level.length > 0) {
      all.push(...level);
      const children = await this.#load(level.map((instance) => instance.node));
      level = level.flatMap((parent, i) =>
        (children[i] ?? []).map((child) => ({ path: `${parent.path}/${child.name}`, node: child.nodeId, type: child.type })),
      );
    }
    for (const instance of all) {
      for (const one of await this.#ancestry(instance.type)) await this.#compare(instance.node, one, instance.path);
    }
    return [...this.#violations];
  }

  /** Compares a node with what a type, or a declaration within a type, has below itself. */
  async #compare(node: NodeId, type: string, path: string): Promise<void> {
    const present = this.#children.get(String(node)) ?? [];
    for (const declared of await this.#declared(type)) {
      this.#checked++;
      if (declared.rule === mandatoryPlaceholder) {
        const fitting = await Promise.all(present.map(async (child) => (await this.#differences(child, declared)).length === 0));
        if (!fitting.includes(true)) this.#violations.add(`${path} has no ${declared.name}`);
        continue;
      }
      const child = present.find(({ name }) => name === declared.name);
      if (child === undefined) {
        if (declared.rule === mandatory) this.#violations.add(`${path} has no ${declared.name}`);
        continue;
      }
      const at = `${path}/${child.name}`;
      for (const difference of await this.#differences(child, declared)) this.#violations.add(`${at} has ${difference}`);
      await this.#compare(child.nodeId, String(declared.nodeId), at);
    }
  }

  async #differences(child: Child, declared: Child): Promise<readonly string[]> {
    if (child.nodeClass !== declared.nodeClass) return [`the node class ${NodeClass[child.nodeClass]}`];
    const pairs = [['reference type', child.reference, declared.reference]];
    if (child.nodeClass !== NodeClass.Method) pairs.push(['type', child.type, declared.type]);
    if (child.nodeClass === NodeClass.Variable) {
      const of = ({ nodeId }: Child): string => this.#dataTypes.get(String(nodeId)) ?? '';
      pairs.push(['data type', of(child), of(declared)]);
    }
    const derives = await Promise.all(
      pairs.map(async ([, own = '', wanted = '']) => (await this.#ancestry(own)).includes(wanted)),
    );
    return pairs.flatMap(([kind, own, wanted], i) => (derives[i] === true ? [] : [`the ${kind} ${own}, not ${wanted}`]));
  }

  /** A type and its supertypes. */
  async #ancestry(type: string): Promise<readonly string[]> {
    return await once(this.#ancestries, type, async () => {
      const [[above]] = (await this.#browse([resolveNodeId(type)], 'HasSubtype', BrowseDirection.Inverse)) as [readonly Child[]];
      return [type, ...(above === undefined ? [] : await this.#ancestry(String(above.nodeId)))];
    });
  }

  async #declared(type: string): Promise<readonly Declared[]> {
    return await once(this.#declarations, type, async () => {
      const [children = []] = await this.#load([resolveNodeId(type)]);
      const rules = await this.#browse(
        children.map(({ nodeId }) => nodeId),
        'HasModellingRule',
      );
      return children.map((child, i) => ({ ...child, rule: rules[i]?.[0] && String(rules[i][0].nodeId) }));
    });
  }

  /** Children of nodes, with the data types of those that are variables. */
  async #load(nodes: readonly NodeId[]): Promise<readonly (readonly Child[])[]> {
    // Moves and Requires are hierarchical too, and form cycles
    const [parts, organized] = [await this.#browse(nodes, 'Aggregates'), await this.#browse(nodes, 'Organizes')];
    const children = parts.map((list, i) => [...list, ...(organized[i] ?? [])]);
    children.forEach((list, i) => this.#children.set(String(nodes[i]), list));
    const variables = children.flat().filter(({ nodeClass }) => nodeClass === NodeClass.Variable);
    const types =
      variables.length === 0
        ? []
        : await this.#session.read(variables.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.DataType })));
    variables.forEach(({ nodeId }, i) => this.#dataTypes.set(String(nodeId), String(types[i]?.value.value)));
    return children;
  }

  async #browse(
    nodes: readonly NodeId[],
    referenceTypeId: string,
    browseDirection = BrowseDirection.Forward,
  ): Promise<readonly (readonly Child[])[]> {
    if (nodes.length === 0) return [];
    const results = await this.#session.browse(
      nodes.map((nodeId) => ({ nodeId, referenceTypeId, includeSubtypes: true, browseDirection, resultMask: allFields })),
    );
    return results.map(({ references }) =>
      (references ?? []).map((reference) => ({
        name: reference.browseName.toString(),
        nodeId: reference.nodeId as NodeId,
        nodeClass: reference.nodeClass,
        type: reference.typeDefinition.toString(),
        reference: reference.referenceTypeId.toString(),
      })),
    );
  }
}

async function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return await value;
}
