import {
  AttributeIds,
  BrowseDirection,
  BrowseNextRequest,
  BrowseNextResponse,
  type BrowsePath,
  type BrowsePathResult,
  BrowseRequest,
  BrowseResponse,
  BrowseResult,
  DataValue,
  type NodeId,
  ReadRequest,
  ReadResponse,
  type ReadValueIdOptions,
  type Request,
  type Response,
  StatusCodes,
  TimestampsToReturn,
  TranslateBrowsePathsToNodeIdsRequest,
  TranslateBrowsePathsToNodeIdsResponse,
} from 'node-opcua-client';
import { ScadaError } from '../../../src/core/errors.ts';
import { type BatchSize, inBatches } from './limits.ts';
import { codeOf } from './status.ts';

/**
 * Sends one service request and returns the answer, within the device's budget. `Link` implements it.
 * @throws ScadaError, also for a ServiceFault, whose StatusCode the message names; AbortError once the signal aborts
 */
export interface Requester {
  send(request: Request, signal: AbortSignal): Promise<Response>;
}

/**
 * Sends one request and checks the type of the answer. The library's own methods are avoided because they send extra requests:
 * its `read` reads definitions of structures, and its `browse` reads continuations.
 * @throws ScadaError DEVICE_PROTOCOL for an answer of another type
 */
export async function sendFor<Kind extends Response>(
  requester: Requester,
  request: Request,
  kind: new (options?: never) => Kind,
  signal: AbortSignal,
): Promise<Kind> {
  const response = await requester.send(request, signal);
  if (response instanceof kind) return response;
  throw new ScadaError(
    'retryable',
    'DEVICE_PROTOCOL',
    `the server answered a ${request.schema.name} with ${response.schema.name}`,
  );
}

export const valueOf = (nodeId: NodeId | string): ReadValueIdOptions => ({ nodeId, attributeId: AttributeIds.Value });

/** Reads attributes, one result for each. `maxAgeMs`: maximum age of the server's cached values; 0 makes it read its devices. */
export async function read(
  requester: Requester,
  nodes: readonly ReadValueIdOptions[],
  size: BatchSize,
  signal: AbortSignal,
  maxAgeMs = 0,
): Promise<DataValue[]> {
  return await inBatches(
    nodes,
    size,
    async (part) => {
      const request = new ReadRequest({
        maxAge: maxAgeMs,
        timestampsToReturn: TimestampsToReturn.Both,
        nodesToRead: [...part],
      });
      return (await sendFor(requester, request, ReadResponse, signal)).results ?? [];
    },
    (status) => new DataValue({ statusCode: codeOf(status) }),
  );
}

/** Translates browse paths, one result for each. */
export async function translate(
  requester: Requester,
  paths: readonly BrowsePath[],
  size: BatchSize,
  signal: AbortSignal,
): Promise<(BrowsePathResult | number)[]> {
  return await inBatches<BrowsePath, BrowsePathResult | number>(
    paths,
    size,
    async (part) => {
      const request = new TranslateBrowsePathsToNodeIdsRequest({ browsePaths: [...part] });
      return (await sendFor(requester, request, TranslateBrowsePathsToNodeIdsResponse, signal)).results ?? [];
    },
    (status) => status,
  );
}

const hierarchicalReferences = 'i=33';
/** All fields except the reference type. */
const resultMask = 0x3e;

/** Reads the hierarchical references of nodes, one result for each; an incomplete one has a continuation point. */
export async function browse(
  requester: Requester,
  nodes: readonly NodeId[],
  mostReferences: number,
  size: BatchSize,
  signal: AbortSignal,
): Promise<BrowseResult[]> {
  return await inBatches(
    nodes,
    size,
    async (part) => {
      const request = new BrowseRequest({
        requestedMaxReferencesPerNode: mostReferences,
        nodesToBrowse: part.map((nodeId) => ({
          nodeId,
          browseDirection: BrowseDirection.Forward,
          referenceTypeId: hierarchicalReferences,
          includeSubtypes: true,
          nodeClassMask: 0,
          resultMask,
        })),
      });
      return (await sendFor(requester, request, BrowseResponse, signal)).results ?? [];
    },
    (status) => new BrowseResult({ statusCode: codeOf(status) }),
  );
}

/** Reads the rest of the references, or releases the continuation point. */
export async function browseNext(requester: Requester, continuationPoint: Buffer, signal: AbortSignal): Promise<BrowseResult> {
  const request = new BrowseNextRequest({ releaseContinuationPoints: false, continuationPoints: [continuationPoint] });
  const { results } = await sendFor(requester, request, BrowseNextResponse, signal);
  return results?.[0] ?? new BrowseResult({ statusCode: StatusCodes.BadUnexpectedError });
}
