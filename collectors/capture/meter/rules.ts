import type { WireScanEvent } from '../../../src/core/wire.ts';

/** What a client may walk along. */
export type ScanSubject = WireScanEvent['what'];

/** When a run of new things is taken for a scan. */
export interface ScanRule {
  readonly windowMs: number;
  /** So many of them within the window were refused, or unanswered after `graceMs`. */
  readonly failed: number;
  /** Or there were so many, whatever the answers. */
  readonly any: number;
  /** What is counted, in the plural. */
  readonly noun: string;
}

/** An answer that takes longer has not come, ms. */
export const graceMs = 1_000;

const minute = 60_000;
const never = Number.POSITIVE_INFINITY;

/**
 * The rules for scan-like runs. The figures are those at which Microsoft Defender for IoT takes connections for scans, as its
 * alert reference gives them (learn.microsoft.com, "OT monitoring alert types and descriptions"): 50 connections within ten
 * minutes for a slow address scan, 25 within two minutes for a port scan, 10 within two minutes for a PLC scan. Ours is what
 * they are counted in: only things that this client had not touched before in this run; ten that fail are enough, because a
 * client that knows its device does not fail; fifty that succeed are needed, because a client that starts reads all its blocks
 * for the first time. Three devices asked who they are is the least that can be called several.
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

/** Operations that ask a device who it is. */
export const identityOperations: ReadonlySet<string> = new Set(['FC43/14', 'FC17']);

/** Operations that look at nodes one after another; what is subscribed is named once, and is no walk. */
export const walkingOperations: ReadonlySet<string> = new Set(['Browse', 'Read', 'HistoryRead', 'Write', 'Call']);
