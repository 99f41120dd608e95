import { For } from 'solid-js';

/** A network address, which a narrow column breaks after a colon or `//` alone: an IPv4 address is read as a whole. */
export function Address(props: { readonly of: string | undefined }) {
  const parts = (): readonly string[] => (props.of ?? '').split(/(?<=:(?!\/\/)|\/\/)/);
  return (
    <For each={parts()}>
      {(part) => (
        <>
          {part}
          <wbr />
        </>
      )}
    </For>
  );
}
