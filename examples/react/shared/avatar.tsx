import { seeded } from '../art/seeded.ts';

/** Initials on a colour that depends on the name, so that no picture has to be loaded. */
export function Avatar({ name }: { name: string }) {
  const words = name.trim().split(/\s+/);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.[0]?.toUpperCase() ?? '')
    .join('');
  const hue = Math.round(seeded(name)() * 360);
  return (
    <span className="avatar" style={{ background: `hsl(${hue} 45% 34%)` }} aria-hidden="true">
      {initials}
    </span>
  );
}
