import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import type { Influence } from '../core/influence.ts';
import type { Area } from '../core/monitor.ts';
import type { Tag, TagTable } from '../core/tag.ts';
import { clientsOf, isEncrypted, isObserved, namesRogue, tagsOf } from './client-acts.ts';
import { Dependencies } from './dependencies.ts';
import { inAlarm } from './findings.ts';
import { Influences } from './influences.ts';

/** Time after its end in which an alert still has consequences, ms. */
const consequenceMs = 600_000;
/**
 * Greatest time between the arrivals of one client at several devices after an acknowledgement, and between a consequence and a cause that
 * is found after it, ms. What begins later is an event of its own.
 */
const arrivalMs = 60_000;
/**
 * Greatest time between two findings of equipment of which one depends on the other, ms: protection acts, and all of it is read. A detector that
 * compares longer times finds the same event later.
 */
const reachMs = 120_000;
/** Equipment in alarm from which an incident is widespread, as after a trip. */
const widespreadFrom = 5;
/** Greatest time between a write to an unknown address and the set-point or command that shows it, ms. */
const echoMs = 120_000;
/** The same for any tag of the controller: until then, the tap may still report the tag of the write, ms. */
const reportMs = 10_000;
/** Technique of a device restart in ATT&CK for ICS. */
const restart = 'T0816';

type Side = Pick<Alert, 'area' | 'equipment' | 'device' | 'network' | 'tags' | 'latching' | 'explanation'>;

/** True while an alert is or recently was in alarm. */
const isPresent = (alert: Alert, time: number): boolean =>
  inAlarm(alert) || time - (alert.returnedAt ?? alert.changedAt) <= consequenceMs;

/**
 * Finds the incident of a new alert by cause. An area and a time are none. While the other alert is or recently was in alarm, or that of an
 * act while its incident lasts:
 *
 * - Alerts of the process have equipment in common, or one follows the other by balances, responses and relations of the baseline, also
 *   if the consequence is found first. A fault of a signal is no consequence. Signals of one device that fail alike have one cause: its
 *   line or an intruder on it.
 * - Findings of the process within two minutes, and so much later as their detector looks back, at equipment of which one supplies the
 *   other by the configuration, or both supply a third. No baseline has learned a trip or the loss of a supply.
 * - A finding of the process at any time, where supplies relate it to an incident with five or more equipment in alarm, as after a trip.
 * - A signal that somebody falsifies, and its controller itself, such as its program. What the controller drives after its program has
 *   changed, until everything is acknowledged.
 * - An act of a client and the process: equipment of a written tag, what follows a written tag or depends on it, a finding that a tag of the
 *   controller itself leads, such as its counter of writes, or a signal of it that somebody falsifies. A write to an unknown address concerns a
 *   set-point or command of its controller within two minutes, and any tag of it within seconds, in which the tag of the write may still become known.
 * - A client whose messages are encrypted concerns each set-point or command of its device that changes within two minutes, and while it communicates.
 * - A device that reports a client which it never had, and that client on the network.
 * - Settings that a client wrote, disturbances along their supplies, and what follows the equipment that they drive, until everything is
 *   acknowledged. An act that is reported up to a minute after its effect.
 * - Equipment that a client wrote to, until everything is acknowledged.
 * - A restart by a client, while it is in alarm, and the commands of the controller with what follows them.
 * - Acts of one client while the incident lasts, at another device until everything is acknowledged. An act that explains a later event of
 *   the process belongs to that event.
 * - A device that fails, or sends no value, concerns only itself. It is no part of an intrusion.
 */
export class Incidents {
  readonly #alerts = new Map<string, Alert>();
  readonly #tags: TagTable;
  readonly #dependencies: Dependencies;
  #influences: Influences;

  /** @param areas equipment with its supplies */
  constructor(tags: TagTable, areas: readonly Pick<Area, 'equipment'>[] = []) {
    this.#tags = tags;
    this.#dependencies = new Dependencies(areas);
    this.#influences = new Influences(tags);
  }

  /**
   * Uses the influences of another baseline from now on. Loads of one busbar follow the same day and are correlated: where supplies are
   * stated, a pair that they do not relate is no cause, unless both are terms of one sum.
   */
  use(learned: readonly Influence[]): void {
    const equipmentOf = (name: string): string => this.#known([name])[0]?.equipment ?? '';
    const causal = learned.filter(
      ({ tags: [a, b], isSum }) => isSum === true || this.#dependencies.mayRelate(equipmentOf(a), equipmentOf(b)),
    );
    this.#influences = new Influences(this.#tags, causal);
  }

  remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
  }

  forget(alert: Alert): void {
    this.#alerts.delete(alert.id);
  }

  /** The alerts of an incident in memory. */
  membersOf(incident: string): readonly Alert[] {
    return [...this.#alerts.values()].filter((alert) => alert.incident === incident);
  }

  /** The incident of the most recent alert that the finding belongs to. */
  of(finding: Finding, time: number): string | undefined {
    const widespread = this.#widespread();
    const related = [...this.#alerts.values()].filter(
      (alert) => this.#isRelated(alert, finding, time) || (widespread.has(alert.incident) && this.#isAround(alert, finding)),
    );
    return related.sort((a, b) => b.raisedAt - a.raisedAt)[0]?.incident;
  }

  /**
   * True if an act of a client explains an event of the process that began after the alert of earlier acts, and was told before the tap
   * reported the act. It is an alert of that event: otherwise the event would be told without who caused it.
   */
  isOfLaterEvent(finding: Finding, earlier: Alert, time: number): boolean {
    if (finding.network !== true) return false;
    const began = Math.max(...earlier.findings.map(({ since }) => since));
    return [...this.#alerts.values()].some(
      (alert) =>
        alert.network !== true &&
        alert.raisedAt > began &&
        time - alert.raisedAt <= echoMs &&
        alert.incident !== earlier.incident &&
        this.#isRelated(alert, finding, time) &&
        this.membersOf(alert.incident).every(({ network }) => network !== true),
    );
  }

  #isRelated(alert: Alert, finding: Finding, time: number): boolean {
    const isAct = alert.network === true;
    if (isAct && finding.network === true) return this.#isSameIntrusion(alert, finding, time);
    if (!isAct && finding.network !== true && (finding.device !== undefined || alert.device !== undefined))
      return finding.device === alert.device;
    // what a client wrote is not undone when it is silent, and may have its effect later
    const isLasting =
      isAct &&
      (this.#isOngoing(alert.incident, time) || this.#latentOf(alert, finding).length > 0 || this.#isWritten(alert, finding));
    if (!isPresent(alert, time) && !isLasting) return false;
    if (isAct || finding.network === true) {
      const [act, process] = isAct ? [alert, finding] : [finding, alert];
      if (process.device !== undefined) return process.device === act.device && namesRogue(process) && namesRogue(act);
      const isThere = isAct && inAlarm(alert) && isEncrypted(alert);
      if (this.#shows(process, act, isThere ? 0 : time - alert.raisedAt) || (isAct && this.#follows(finding, alert))) return true;
      if (isAct && (this.#isRestarted(alert, finding) || this.#followsSettings(finding, alert))) return true;
      // the tap may report an act after its effect
      return (!isAct && this.#precedes(finding, alert)) || this.#reaches(alert, finding, time);
    }
    if (this.#haveCommon(alert, finding) || this.#failAlike(alert, finding) || this.#isManipulated(alert, finding)) return true;
    if (this.#isProgrammed(alert, finding)) return true;
    return this.#follows(finding, alert) || this.#precedes(finding, alert) || this.#reaches(alert, finding, time);
  }

  /**
   * True for acts of one client, and at one device also if a client is not known. Another device that a client reaches later than
   * a minute after the operator has acknowledged everything is told anew.
   */
  #isSameIntrusion(alert: Alert, finding: Finding, time: number): boolean {
    const [known, own] = [clientsOf(alert), clientsOf(finding)];
    const isSame = own.some((client) => known.includes(client));
    if (!this.#isOngoing(alert.incident, time)) return false;
    if (alert.device === finding.device) return isSame || known.length === 0 || own.length === 0;
    return isSame && (time - alert.raisedAt <= arrivalMs || !this.#isAcknowledged(alert.incident));
  }

  /** True if both concern one equipment. */
  #haveCommon(one: Side, other: Side): boolean {
    const concerned = this.#concerned(other);
    return this.#concerned(one).some((equipment) => concerned.includes(equipment));
  }

  /** True for the same fault of signals of one device. */
  #failAlike({ findings }: Alert, finding: Finding): boolean {
    if (finding.signal === undefined) return false;
    const devices = this.#known(finding.tags).map(({ device }) => device);
    return findings.some(
      ({ detector, signal, tags }) =>
        signal === true && detector === finding.detector && this.#known(tags).some(({ device }) => devices.includes(device)),
    );
  }

  /** True for a signal that somebody falsifies and a tag of its controller itself, such as the checksum of its program, in either order. */
  #isManipulated({ findings }: Alert, finding: Finding): boolean {
    const devicesOf = (tags: readonly Tag[]): string[] => tags.map(({ device }) => device);
    const falsified = (all: readonly Pick<Finding, 'deliberate' | 'tags'>[]): string[] =>
      devicesOf(this.#known(all.flatMap(({ deliberate, tags }) => (deliberate === true ? tags : []))));
    const controllers = (all: readonly Pick<Finding, 'tags'>[]): string[] => devicesOf(this.#ownOf(all));
    const meet = (signals: readonly string[], own: readonly string[]): boolean => own.some((device) => signals.includes(device));
    return meet(falsified(findings), controllers([finding])) || meet(falsified([finding]), controllers(findings));
  }

  /** True for what a controller drives after its own parameter has changed, such as the checksum of its program, until everything is acknowledged. */
  #isProgrammed({ findings, incident }: Alert, finding: Finding): boolean {
    if (finding.signal !== undefined || this.#isSetting(finding.tags) || this.#isAcknowledged(incident)) return false;
    const changed = this.#ownOf(findings).filter(({ role }) => role === 'parameter');
    const driven = changed.flatMap(({ equipment }) => this.#dependencies.consumersOf(equipment));
    return this.#placesOf(finding.tags).some((equipment) => driven.includes(equipment));
  }

  /** Tags to which something may happen because of what an alert states. */
  consequencesOf(alert: Alert): ReadonlySet<string> {
    return this.#influences.consequencesOf(tagsOf(alert));
  }

  /** True if the finding is a consequence of what the alert states. */
  #follows(finding: Finding, alert: Alert): boolean {
    return finding.signal === undefined && this.#influences.follows(finding.tags, tagsOf(alert));
  }

  /** True if the alert states a consequence of the finding, which was found first: both began within a minute. */
  #precedes(finding: Finding, alert: Alert): boolean {
    const effects = alert.findings.filter(({ signal }) => signal === undefined).flatMap(({ tags }) => tags);
    return finding.since - alert.since <= arrivalMs && this.#influences.follows(effects, finding.tags);
  }

  /**
   * True if supplies relate the finding to one of the alert that began shortly before, or a disturbance to a setting that a client changed. What
   * people set follows no disturbance, and an act changes nothing that began before it.
   */
  #reaches(alert: Alert, finding: Finding, time: number): boolean {
    if (this.#dependencies.isEmpty || finding.signal !== undefined) return false;
    if (finding.network === undefined && this.#isSetting(finding.tags)) return false;
    const recent = alert.findings.filter(
      ({ signal, since, beganAt, lastBeganAt = beganAt }) =>
        signal === undefined &&
        time - lastBeganAt <= reachMs + (finding.lookbackMs ?? 0) &&
        !(alert.network === true && since > finding.since) &&
        !(finding.network === true && finding.since > since),
    );
    // only a disturbance shows such a setting: values that do not match each other are none
    const latent = finding.physical === true ? this.#latentOf(alert, finding) : [];
    const places = this.#placesOf([...recent.flatMap(tagsOf), ...latent]);
    return this.#placesOf(tagsOf(finding)).some((own) => places.some((other) => this.#dependencies.areRelated(own, other)));
  }

  /** Incidents with much equipment in alarm. */
  #widespread(): ReadonlySet<string> {
    const places = new Map<string, Set<string>>();
    for (const alert of this.#alerts.values())
      if (inAlarm(alert) && alert.equipment !== '')
        places.set(alert.incident, (places.get(alert.incident) ?? new Set()).add(alert.equipment));
    return new Set([...places].filter(([, equipment]) => equipment.size >= widespreadFrom).map(([incident]) => incident));
  }

  /** True if supplies relate the finding to an alert in alarm, of which it may be a consequence however late. */
  #isAround(alert: Alert, finding: Finding): boolean {
    if (!inAlarm(alert) || finding.signal !== undefined || finding.device !== undefined || this.#isSetting(finding.tags))
      return false;
    return this.#placesOf(finding.tags).some((own) => this.#dependencies.areRelated(own, alert.equipment));
  }

  /** True if the finding follows what is driven by settings that a client wrote: no baseline has learned what other settings do. */
  #followsSettings(finding: Finding, act: Alert): boolean {
    const written = this.#placesOf(this.#latentOf(act, finding));
    const driven = new Set(written.flatMap((equipment) => this.#dependencies.consumersOf(equipment)));
    return finding.signal === undefined && this.#influences.followsEquipment(finding.tags, [...driven]);
  }

  /**
   * Settings of relays, and of equipment that holds nothing else, that a client wrote: they have no effect until the next disturbance, or until
   * a level reaches them, which may be any time later. Once the operator has acknowledged everything, it is told as an incident of its own.
   */
  #latentOf(act: Alert, { since }: Finding): readonly string[] {
    if (act.network !== true || act.since > since || this.#isAcknowledged(act.incident)) return [];
    const isLatent = ({ role, equipment }: Tag): boolean =>
      role === 'parameter' || (role === 'setpoint' && this.#isSetting(this.#influences.tagsAt(equipment)));
    return this.#known(tagsOf(act)).flatMap((tag) => (isLatent(tag) ? [tag.name] : []));
  }

  /** True for equipment to which a client wrote. It stays as the client left it, such as an opened breaker, until everything is acknowledged. */
  #isWritten(act: Alert, finding: Finding): boolean {
    return act.since <= finding.since && !this.#isAcknowledged(act.incident) && this.#haveCommon(act, finding);
  }

  /** True for a set-point, or a setting of a relay. */
  #isSetting(names: readonly string[]): boolean {
    const tags = this.#known(names);
    return tags.length > 0 && tags.every(({ role }) => role === 'setpoint' || role === 'parameter');
  }

  /** True if the process shows an act of a client. @param apartMs time between the two */
  #shows(process: Alert | Finding, act: Side, apartMs: number): boolean {
    if (this.#haveCommon(process, act)) return true;
    const ofActed = (names: readonly string[]): Tag[] =>
      this.#known(names).filter(({ device, aliases = [] }) =>
        [device, ...aliases.map((one) => one.device)].includes(act.device ?? ''),
      );
    // a client often appears before it is known what it writes
    const findings = 'findings' in process ? process.findings : [process];
    if (findings.some(({ deliberate, tags }) => deliberate === true && ofActed(tags).length > 0)) return true;
    const own = this.#ownOf(findings).map(({ name }) => name);
    if (ofActed(own).length > 0) return true;
    const ofDevice = ofActed(process.tags);
    // nothing but time relates such a write to what changes; beside known tags only what can be written may be another one
    if (!isObserved(act) && !isEncrypted(act)) return false;
    const isUnknown = this.#known(act.tags).length === 0;
    const isWritten = ({ role }: Tag): boolean => role === 'setpoint' || role === 'command' || role === 'parameter';
    const changed = isUnknown && isObserved(act) ? ofDevice : ofDevice.filter(isWritten);
    return changed.some((tag) => apartMs <= (isUnknown && isWritten(tag) ? echoMs : reportMs));
  }

  /** True while a client restarts the controller, for one of its commands and what follows them: after a restart its outputs are off. */
  #isRestarted({ device, findings }: Alert, { tags, signal }: Finding): boolean {
    const isOpen = findings.some(
      ({ endedAt, explanation }) => endedAt === undefined && explanation.seen?.includes(restart) === true,
    );
    if (!isOpen || signal !== undefined) return false;
    const commands = this.#tags.tags.filter((tag) => tag.device === device && tag.role === 'command').map(({ name }) => name);
    return tags.some((name) => commands.includes(name)) || this.#influences.follows(tags, commands);
  }

  /** Tags of controllers themselves that findings are about. A tag that a finding about other equipment names too does not count. */
  #ownOf(findings: readonly Pick<Finding, 'tags'>[]): Tag[] {
    return this.#known(findings.flatMap(({ tags }) => tags.slice(0, 1))).filter((tag) => this.#isOfController(tag));
  }

  /** True for a tag of the controller itself: its equipment counts, and neither measures nor drives the process. */
  #isOfController({ equipment }: Tag): boolean {
    const all = this.#tags.tags.filter((tag) => tag.equipment === equipment);
    const isProcess = ({ kind, role }: Tag): boolean =>
      kind !== 'counter' && (role === 'measurement' || role === 'setpoint' || role === 'command');
    return equipment !== '' && all.some(({ kind }) => kind === 'counter') && !all.some(isProcess);
  }

  /** True while an alert of the incident is or recently was in alarm. */
  #isOngoing(incident: string, time: number): boolean {
    return this.membersOf(incident).some((alert) => isPresent(alert, time));
  }

  #isAcknowledged(incident: string): boolean {
    return this.membersOf(incident).every(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  }

  #concerned(side: Side): string[] {
    return [side.equipment, ...this.#placesOf(tagsOf(side))].filter((each) => each !== '');
  }

  #placesOf(names: readonly string[]): string[] {
    return this.#known(names).flatMap(({ equipment }) => (equipment === '' ? [] : [equipment]));
  }

  #known(names: readonly string[]): Tag[] {
    return names.flatMap((name) => this.#tags.tags[this.#tags.indexOf(name) ?? -1] ?? []);
  }
}
