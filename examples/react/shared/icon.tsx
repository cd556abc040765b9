const PATHS = {
  star: 'M12 2.6l2.9 5.9 6.5.9-4.7 4.6 1.1 6.5-5.8-3.1-5.8 3.1 1.1-6.5L2.6 9.4l6.5-.9z',
  heart: 'M12 20.5C5.5 16 2.5 12.6 2.5 8.7A4.9 4.9 0 0 1 12 6.9a4.9 4.9 0 0 1 9.5 1.8c0 3.9-3 7.3-9.5 11.8z',
  bookmark: 'M6 3h12v18l-6-4.5L6 21z',
  lock: 'M7 10V7a5 5 0 0 1 10 0v3h2v11H5V10zm2 0h6V7a3 3 0 0 0-6 0z',
  plus: 'M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z',
  close: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z',
} as const;

interface Props {
  name: keyof typeof PATHS;
  /** Text for screen readers. Without it the icon is decoration. */
  label?: string;
  className?: string;
}

export function Icon({ name, label, className = '' }: Props) {
  return (
    <span className={`icon ${className}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={PATHS[name]} />
      </svg>
      {label && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
