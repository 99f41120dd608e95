import { generate } from 'lean-qr';

/** Empty modules around a QR code (ISO/IEC 18004, quiet zone). */
const margin = 4;

/** A QR code. It is black on white in each theme, because some cameras refuse the reverse. */
export function QrPicture(props: { readonly text: string; readonly label: string }) {
  const code = () => generate(props.text);
  const size = () => code().size + 2 * margin;
  const path = () => {
    const picture = code();
    const parts: string[] = [];
    for (let y = 0; y < picture.size; y++)
      for (let x = 0; x < picture.size; x++) if (picture.get(x, y)) parts.push(`M${x + margin} ${y + margin}h1v1h-1z`);
    return parts.join('');
  };
  return (
    <svg class="qr-picture" viewBox={`0 0 ${size()} ${size()}`} role="img" aria-label={props.label}>
      <rect width={size()} height={size()} fill="#fff" />
      <path d={path()} fill="#000" />
    </svg>
  );
}
