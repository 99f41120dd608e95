export function Incident() {
  return <main class="page" />;
}
