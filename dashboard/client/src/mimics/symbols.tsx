import { For, Show, type Component } from 'solid-js';
import type { MimicSide, MimicSymbol } from '../../../../src/core/mimic.ts';

/** State of a symbol: running or open, stopped or closed, faulty, or not known because the tag is stale or bad; none without a tag. */
export type SymbolState = 'on' | 'off' | 'fault' | 'unknown' | 'none';

export interface SymbolProps {
  readonly width: number;
  readonly height: number;
  readonly state: SymbolState;
  /** Level from 0 to 1; undefined without a known one. */
  readonly level: number | undefined;
  /** Level that a finding expects, from 0 to 1. */
  readonly expected: number | undefined;
}

/** Usual width and height of each symbol, in the units of the drawing. */
export const symbolSizes: Readonly<Record<MimicSymbol, readonly [width: number, height: number]>> = {
  pump: [60, 60],
  valve: [60, 40],
  tank: [180, 180],
  filter: [120, 170],
  dosing: [56, 56],
  breaker: [44, 44],
  compressor: [60, 60],
  conveyor: [200, 40],
  arm: [90, 100],
};

/** Symbols that are turned into the direction of flow. */
export const turned: readonly MimicSymbol[] = ['pump', 'valve', 'compressor', 'conveyor'];
export const angles: Readonly<Record<MimicSide, number>> = { right: 0, below: 90, left: 180, above: 270 };

/** Each symbol around its centre. Fill and dashes show the state; a word beside the symbol names it. */
export const symbols: Readonly<Record<MimicSymbol, Component<SymbolProps>>> = {
  pump: (props) => (
    <>
      <circle class="body" r={props.width / 2} />
      <path
        class="part"
        d={`M${-props.width / 4} ${-props.height * 0.43} ${props.width / 2} 0 ${-props.width / 4} ${props.height * 0.43}`}
      />
    </>
  ),
  valve: (props) => {
    const [x, y] = [props.width / 2, props.height / 2];
    return <path class="body" d={`M${-x} ${-y} ${x} ${y}V${-y}L${-x} ${y}Z`} />;
  },
  tank: (props) => (
    <>
      <rect class="vessel" x={-props.width / 2} y={-props.height / 2} width={props.width} height={props.height} />
      <Liquid {...props} bottom={props.height / 2} depth={props.height} />
    </>
  ),
  filter: (props) => {
    const bed = (): number => props.height * 0.4;
    const top = (): number => props.height / 2 - bed();
    return (
      <>
        <rect class="vessel" x={-props.width / 2} y={-props.height / 2} width={props.width} height={props.height} />
        <Liquid {...props} bottom={top()} depth={props.height - bed()} />
        <rect class="body" x={-props.width / 2} y={top()} width={props.width} height={bed()} />
        <For each={[0.3, 0.6]}>
          {(share) => <path class="part" d={`M${-props.width / 2} ${top() + bed() * share}h${props.width}`} />}
        </For>
      </>
    );
  },
  dosing: (props) => {
    const r = (): number => props.width / 2;
    return (
      <>
        <circle class="body" r={r()} />
        <path
          class="part"
          d={`M0 ${-r() * 0.65}C${r() * 0.8} ${r() * 0.2} ${r() * 0.4} ${r() * 0.65} 0 ${r() * 0.65}C${-r() * 0.4} ${r() * 0.65} ${-r() * 0.8} ${r() * 0.2} 0 ${-r() * 0.65}Z`}
        />
      </>
    );
  },
  breaker: (props) => (
    <>
      <rect class="body" x={-props.width / 2} y={-props.height / 2} width={props.width} height={props.height} />
      {/* the contact lies in line with its cable when it is closed */}
      <path
        class="part"
        d={`M0 ${-props.height / 2}v${props.height * 0.2}M0 ${props.height / 2}v${-props.height * 0.2}L${props.state === 'on' ? 0 : props.width * 0.35} ${-props.height * 0.3}`}
      />
    </>
  ),
  compressor: (props) => (
    <>
      <circle class="body" r={props.width / 2} />
      <path
        class="part"
        d={`M${-props.width * 0.35} ${-props.height * 0.35} ${props.width * 0.46} ${-props.height * 0.17}M${-props.width * 0.35} ${props.height * 0.35} ${props.width * 0.46} ${props.height * 0.17}`}
      />
    </>
  ),
  conveyor: (props) => {
    const r = (): number => props.height / 2;
    const x = (): number => props.width / 2 - r();
    return (
      <>
        <rect class="body" x={-props.width / 2} y={-r()} width={props.width} height={props.height} rx={r()} />
        <circle class="part" cx={-x()} r={r() * 0.5} />
        <circle class="part" cx={x()} r={r() * 0.5} />
        <path class="part" d={`M${-r()} ${-r() * 0.5}L0 0L${-r()} ${r() * 0.5}`} />
      </>
    );
  },
  arm: (props) => {
    const [x, y] = [props.width / 2, props.height / 2];
    return (
      <>
        <path class="limb" d={`M${-x * 0.4} ${y * 0.7}L${-x * 0.1} ${-y * 0.5}L${x * 0.7} ${-y * 0.2}`} />
        <path class="part" d={`M${x * 0.7} ${-y * 0.2}l${x * 0.25} ${-y * 0.15}M${x * 0.7} ${-y * 0.2}l${x * 0.2} ${y * 0.25}`} />
        <rect class="body" x={-x * 0.8} y={y * 0.6} width={x * 0.8} height={y * 0.4} />
        <circle class="body" cx={-x * 0.1} cy={-y * 0.5} r={y * 0.16} />
      </>
    );
  },
};

/** Liquid to true scale, and the level that a finding expects. An unknown level has no surface. */
function Liquid(props: SymbolProps & { readonly bottom: number; readonly depth: number }) {
  const height = (share: number): number => Math.min(1, Math.max(0, share)) * (props.depth - 4);
  return (
    <>
      <Show when={props.level !== undefined}>
        <rect
          class="liquid"
          x={2 - props.width / 2}
          y={props.bottom - 2 - height(props.level ?? 0)}
          width={props.width - 4}
          height={height(props.level ?? 0)}
        />
      </Show>
      <Show when={props.expected !== undefined}>
        <path
          class="expected"
          d={`M${2 - props.width / 2} ${props.bottom - 2 - height(props.expected ?? 0)}h${props.width - 4}`}
        />
      </Show>
    </>
  );
}
