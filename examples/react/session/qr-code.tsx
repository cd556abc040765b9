import { useEffect, useState } from 'react';

interface Props {
  text: string;
  alt: string;
}

/** Loads the package that draws the code on first use. If that fails, the box stays empty. */
export function QrCode({ text, alt }: Props) {
  const [drawn, setDrawn] = useState<{ text: string; svg: string } | null>(null);
  useEffect(() => {
    let isShown = true;
    import('qr')
      .then(({ encodeQR }) => isShown && setDrawn({ text, svg: encodeQR(text, 'svg', { border: 4 }) }))
      .catch(() => {});
    return () => {
      isShown = false;
    };
  }, [text]);

  if (drawn?.text !== text) return <div className="qr" />;
  // Snaps the edges to whole pixels at any size.
  const svg = drawn.svg.replace('<svg ', '<svg shape-rendering="crispEdges" ');
  return <img className="qr" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={alt} />;
}
