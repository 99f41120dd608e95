export function System() {
  return <main class="page" />;
}
