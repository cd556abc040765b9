const two = (value: number) => String(value).padStart(2, '0');

/** A time left in ms, as `23 h 59 min` or `59:07`. */
export function clockFace(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes > 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  return `${minutes}:${two(seconds % 60)}`;
}
