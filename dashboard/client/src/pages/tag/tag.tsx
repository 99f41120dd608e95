export function TagPage() {
  return <main class="page" />;
}
