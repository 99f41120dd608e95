export function Lab() {
  return <main class="page" />;
}
