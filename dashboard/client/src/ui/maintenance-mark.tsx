import { createMemo, Show, type Accessor } from 'solid-js';
import type { MaintenancePlace, MaintenanceWindow } from '../../../../src/core/maintenance.ts';
import type { Area } from '../../../../src/core/monitor.ts';
import { useApp } from '../store/app-context.ts';
import { shared } from '../text.ts';
import './maintenance-mark.css';

/** Where an object is: ids of area and equipment, name of the device; empty or absent if it has none. */
interface Located {
  readonly area?: string | undefined;
  readonly equipment?: string | undefined;
  readonly device?: string | undefined;
}

/** The maintenance of the first of these objects that is under maintenance; undefined if none is. */
export function useMaintenance(objects: () => readonly (Located | undefined)[]): Accessor<MaintenanceWindow | undefined> {
  const { health } = useApp();
  return createMemo(() =>
    health.health()?.maintenance.find(({ place: { kind, id } }) => objects().some((object) => object?.[kind] === id)),
  );
}

/** The mark of an object that is under maintenance, with the end and the reason as its title; nothing otherwise. */
export function MaintenanceMark(props: {
  readonly of: Located;
  /** A tag that stands for the object: an alert about several places names one. */
  readonly tag?: Located | undefined;
  /** For narrow places. */
  readonly brief?: boolean;
}) {
  const { zone } = useApp();
  const window = useMaintenance(() => [props.of, props.tag]);
  return (
    <Show when={window()}>
      {(one) => (
        <small class="maintenance-mark" title={shared.note.maintenance(zone().minute(one().to), one().reason)}>
          {props.brief === true ? shared.note.maint : shared.note.mark.maintenance}
        </small>
      )}
    </Show>
  );
}

/** Equipment and devices of an area that are under maintenance. */
export function useMaintainedParts(
  area: Accessor<Area>,
  devices: Accessor<readonly string[]>,
): Accessor<readonly MaintenancePlace[]> {
  const { health } = useApp();
  const isPart = ({ kind, id }: MaintenancePlace): boolean =>
    kind === 'equipment' ? area().equipment.some((one) => one.id === id) : kind === 'device' && devices().includes(id);
  return createMemo(() => (health.health()?.maintenance ?? []).map(({ place }) => place).filter(isPart));
}
