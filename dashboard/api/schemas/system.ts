import { z } from 'zod';
import { calendarPeriods } from '../../../src/core/calendar.ts';
import { maintenanceKinds, type MaintenanceWindow, type PlannedMaintenance } from '../../../src/core/maintenance.ts';
import type {
  AchievedSpan,
  BudgetStatus,
  ChainLink,
  DeviceStatus,
  FollowedThreshold,
  FollowingStatus,
  JournalEntry,
  LearningStatus,
  ShadowAlert,
  ShadowStatus,
  Watching,
} from '../../../src/core/monitor.ts';
import type { DeviceHealthEvent } from '../../../src/core/observation.ts';
import { type DetectionLimit, faultKinds, type TagLimits, type TagWithoutLimit } from '../../../src/core/detection-limits.ts';
import type { QueueStats } from '../../../src/core/queue.ts';
import type { SavingStatus } from '../../../src/core/state.ts';
import type { PartStatus } from '../../../src/core/supervisor.ts';
import type { UnwatchedChannel } from '../../../src/core/unwatched.ts';
import type { DashboardStats } from '../../protocol.ts';
import { explanation } from './alert.ts';
import { byName, figure, list, objectOf, text, time } from './parts.ts';

const names = list(z.string());
const count = z.int().min(0);

const deviceHealth = objectOf<DeviceHealthEvent>({
  type: z.literal('device-health'),
  time,
  device: z.string(),
  intervalMs: figure,
  requests: count,
  errors: count,
  bytes: count,
  latencyMs: figure,
  latencyMaxMs: figure,
  ageMs: figure,
  budgetUsed: figure,
  skipped: count.optional(),
  stretch: z.number().optional(),
}).meta({ id: 'DeviceHealth' });

export const deviceStatus = objectOf<DeviceStatus>({
  name: z.string(),
  type: z.string(),
  address: z.string(),
  state: z.enum(['connecting', 'up', 'silent', 'down']),
  since: figure,
  reason: z.string(),
  tags: count,
  identity: byName(z.string()),
  health: deviceHealth.optional(),
}).meta({ id: 'DeviceStatus' });

const queue = objectOf<QueueStats>({
  name: z.string(),
  unit: z.literal('bytes').optional(),
  used: count,
  bound: z.number(),
  policy: z.enum(['block', 'drop-oldest', 'drop-newest']),
  dropped: count,
});

export const chainLink = objectOf<ChainLink>({
  name: z.string(),
  perSecond: figure,
  lagMs: figure,
  queue: queue.optional(),
  undelivered: objectOf<NonNullable<ChainLink['undelivered']>>({
    changes: count,
    ranges: list(z.tuple([z.int(), z.int()])).describe('numbers of the changes, from and to inclusive'),
  })
    .optional()
    .describe('changes of alerts that a receiver has refused; they are sent again'),
  lastError: z.string().optional(),
  lastErrorAt: figure,
}).meta({ id: 'ChainLink' });

export const partStatus = objectOf<PartStatus>({
  name: z.string(),
  state: z.enum(['running', 'restarting', 'failed']),
  since: time,
  restarts: count,
  lastError: z.string().optional(),
}).meta({ id: 'PartStatus' });

const watching = objectOf<Watching>({
  rules: names,
  learning: list(objectOf<Watching['learning'][number]>({ kind: z.string(), samples: count.optional(), ms: figure.optional() })),
});

export const learningStatus = objectOf<LearningStatus>({
  state: z.enum(['learning', 'ready', 'unlearned']),
  progress: z.number().describe('0–1'),
  text: z.string(),
  budgetPerDay: z.number(),
  promise: z.string(),
  watching: watching.optional(),
}).meta({ id: 'LearningStatus' });

export const maintenancePlace = z.strictObject({ kind: z.enum(maintenanceKinds), id: text });
export const maintenanceWindow = objectOf<MaintenanceWindow>({
  id: z.string(),
  place: z.strictObject({ kind: z.enum(maintenanceKinds), id: z.string() }),
  from: time,
  to: time,
  by: z.string(),
  approvedBy: z.string().optional().describe('role of the second person who has approved it'),
  reason: z.string(),
}).meta({ id: 'MaintenanceWindow' });

export const plannedMaintenance = objectOf<PlannedMaintenance>({
  id: z.string(),
  place: z.strictObject({ kind: z.enum(maintenanceKinds), id: z.string() }),
  from: time.describe('first begin'),
  lastsMs: z.number(),
  repeat: z.enum(calendarPeriods).optional().describe('absent if it is done once'),
  by: z.string(),
  approvedBy: z.string().optional(),
  reason: z.string(),
  openedAt: time.optional(),
  next: time.describe('next begin'),
}).meta({ id: 'PlannedMaintenance' });

export const dashboardStats = objectOf<DashboardStats>({
  connections: count,
  sessions: count,
  framesSent: count,
  framesSkipped: count,
  closedForSlowness: count,
});

export const savingStatus = objectOf<SavingStatus>({
  state: z.enum(['ok', 'failing', 'temporary']),
  since: figure,
  reason: z.string(),
  pending: count,
  bound: z.number(),
});

export const budgetStatus = objectOf<BudgetStatus>({
  position: z.string().describe('empty for the whole plant'),
  budgetPerDay: z.number(),
  promised: z.boolean(),
  text: z.string(),
  achieved: list(objectOf<AchievedSpan>({ days: z.number(), coveredDays: figure, raised: count, unjudged: count })),
}).meta({ id: 'BudgetStatus' });

export const followingStatus = objectOf<FollowingStatus>({
  mostPerDay: z.number(),
  most: z.number(),
  thresholds: list(objectOf<FollowedThreshold>({ detector: z.string(), channel: z.string(), since: time, by: figure })),
});

export const unwatchedChannel = objectOf<UnwatchedChannel>({
  detector: z.string(),
  channel: z.string(),
  tags: names,
  cause: z.enum(['no-baseline', 'short', 'stays', 'nothing', 'no-threshold', 'unlearned']),
  reason: z.string(),
  watchedFrom: figure.optional(),
}).meta({ id: 'UnwatchedChannel' });

const detectionLimit = objectOf<DetectionLimit>({
  kind: z.enum(faultKinds),
  detected: z.boolean(),
  size: figure.optional(),
  withinMs: figure,
  starts: count,
  atMost: z.literal(true).optional(),
  spread: objectOf<NonNullable<DetectionLimit['spread']>>({ least: figure, most: figure }).optional(),
  found: count.optional(),
}).meta({ id: 'DetectionLimit' });

export const tagLimits = objectOf<TagLimits & { readonly text: string }>({
  tag: z.string(),
  text: z.string(),
  limits: list(detectionLimit),
  outdated: z.literal(true).optional(),
});

export const tagWithoutLimit = objectOf<TagWithoutLimit>({ tag: z.string(), reason: z.string() });

const shadowAlert = objectOf<ShadowAlert>({
  detector: z.string(),
  area: z.string(),
  equipment: z.string(),
  device: z.string().optional(),
  since: time,
  raisedAt: time,
  updatedAt: time,
  endedAt: time.optional(),
  peak: figure,
  explanation,
}).meta({ id: 'ShadowAlert' });

export const shadowStatus = objectOf<ShadowStatus>({
  state: z.enum(['running', 'unlearned', 'failed']),
  changes: names,
  text: z.string(),
  since: figure,
  coreShare: figure,
  lost: count,
  live: count,
  shadow: count,
  more: list(shadowAlert),
  less: list(shadowAlert),
});

export const journalEntry = objectOf<JournalEntry>({
  number: z.int(),
  time,
  lastTime: time,
  count,
  device: z.string(),
  kind: z.string() as unknown as z.ZodType<JournalEntry['kind']>,
  text: z.string(),
}).meta({ id: 'JournalEntry' });
