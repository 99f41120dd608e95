import {
  bytes,
  extensionObject,
  f64,
  flag,
  localizedText,
  nodeId,
  qualifiedName,
  secret,
  text,
  time,
  u8,
  u32,
} from './builtin.ts';
import { list, type Read, struct } from './reader.ts';

/** Structures that several services share (OPC 10000-4, clause 7). */

/** The token grants access to the session, so that it is skipped. */
export const requestHeader = struct({
  authenticationToken: (from): undefined => {
    nodeId(from);
    return undefined;
  },
  timestamp: time,
  requestHandle: u32,
  returnDiagnostics: u32,
  auditEntryId: text,
  timeoutHint: u32,
  additionalHeader: extensionObject,
});

export const applicationDescription = struct({
  applicationUri: text,
  productUri: text,
  applicationName: localizedText,
  applicationType: u32,
  gatewayServerUri: text,
  discoveryProfileUri: text,
  discoveryUrls: list(text),
});

const userTokenPolicy = struct({
  policyId: text,
  tokenType: u32,
  issuedTokenType: text,
  issuerEndpointUrl: text,
  securityPolicyUri: text,
});

export const endpointDescription = struct({
  endpointUrl: text,
  server: applicationDescription,
  serverCertificate: bytes,
  securityMode: u32,
  securityPolicyUri: text,
  userIdentityTokens: list(userTokenPolicy),
  transportProfileUri: text,
  securityLevel: u8,
});

export const registeredServer = struct({
  serverUri: text,
  productUri: text,
  serverNames: list(localizedText),
  serverType: u32,
  gatewayServerUri: text,
  discoveryUrls: list(text),
  semaphoreFilePath: text,
  isOnline: flag,
});

/** A signature, which is skipped. */
export const signature: Read<undefined> = (from) => {
  from.text();
  from.bytes();
  return undefined;
};

export const readValueId = struct({ node: nodeId, attribute: u32, range: text, encoding: qualifiedName });

export const monitoringParameters = struct({
  clientHandle: u32,
  samplingInterval: f64,
  filter: extensionObject,
  queueSize: u32,
  discardOldest: flag,
});

export const notificationMessage = struct({
  sequenceNumber: u32,
  publishTime: time,
  notificationData: list(extensionObject),
});

/** Kinds of user identity token by NodeId of their encoding (OPC 10000-4, 7.40), with the values of `WireSessionEvent`. */
export const tokenKinds: ReadonlyMap<string, string> = new Map([
  ['i=321', 'Anonymous'],
  ['i=324', 'UserName'],
  ['i=327', 'Certificate'],
  ['i=940', 'IssuedToken'],
]);

export const userNameToken = struct({ policyId: text, userName: text, passphrase: secret, encryptionAlgorithm: text });
