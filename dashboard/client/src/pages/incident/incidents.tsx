export function Incidents() {
  return <main class="page" />;
}
