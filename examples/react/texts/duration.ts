const two = (value: number) => String(value).padStart(2, '0');

/** `23 h 59 min`, `59:07`: what is left, in ms. */
export function clockFace(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes > 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  return `${minutes}:${two(seconds % 60)}`;
}
