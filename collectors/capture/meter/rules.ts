import type { WireScanEvent } from '../../../src/core/wire.ts';

/** Kind of item that a client may scan. */
export type ScanSubject = WireScanEvent['what'];

/** Conditions under which a series of new items is a scan. */
export interface ScanRule {
  readonly windowMs: number;
  /** Number of items within the window that were refused, or unanswered after `graceMs`. */
  readonly failed: number;
  /** Number of items within the window that suffices whatever the answers. */
  readonly any: number;
  /** Counted item, in the plural. */
  readonly noun: string;
}

/** Time after which a request counts as unanswered, ms. */
export const graceMs = 1_000;

const minute = 60_000;
const never = Number.POSITIVE_INFINITY;

/**
 * Rules that recognise scans. The figures are the thresholds of Microsoft Defender for IoT (learn.microsoft.com, "OT monitoring
 * alert types and descriptions"): 50 connections in ten minutes for a slow address scan, 25 in two minutes for a port scan, 10 in
 * two minutes for a PLC scan. Here only items that the client had not touched before are counted. Ten failures suffice, because a
 * client that is configured for its device does not fail. Fifty successes are required, because a starting client reads all its
 * blocks for the first time. Three devices whose identity is read are the smallest number that means several.
 */
export const scanRules: Readonly<Record<ScanSubject, ScanRule>> = {
  hosts: { windowMs: 10 * minute, failed: 50, any: never, noun: 'hosts' },
  ports: { windowMs: 2 * minute, failed: 25, any: never, noun: 'ports' },
  units: { windowMs: 2 * minute, failed: 10, any: 50, noun: 'unit ids' },
  functions: { windowMs: 2 * minute, failed: 10, any: never, noun: 'functions' },
  addresses: { windowMs: 2 * minute, failed: 10, any: 50, noun: 'address blocks' },
  nodes: { windowMs: 2 * minute, failed: 10, any: 50, noun: 'nodes' },
  identities: { windowMs: 2 * minute, failed: 3, any: 3, noun: 'devices asked for their identity' },
};

/** Operations that read the identity of a device. */
export const identityOperations: ReadonlySet<string> = new Set(['FC43/14', 'FC17']);

/** Operations that read nodes one after another. Subscriptions name each node once and are excluded. */
export const walkingOperations: ReadonlySet<string> = new Set(['Browse', 'Read', 'HistoryRead', 'Write', 'Call']);
