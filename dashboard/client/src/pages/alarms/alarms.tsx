export function Alarms() {
  return <main class="page" />;
}
