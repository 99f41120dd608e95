export function Unit() {
  return <main class="page" />;
}
