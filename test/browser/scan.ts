import type { Locator } from 'playwright-core';
import decodeQR from 'qr/decode.js';

/** Decodes a QR code on a page from a screenshot, like a camera. */
export async function scan(code: Locator): Promise<string> {
  const picture = await code.screenshot();
  const image = await code.page().evaluate(
    async (address) => {
      const bitmap = await createImageBitmap(await (await fetch(address)).blob());
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      return { width, height, data: [...(context?.getImageData(0, 0, width, height).data ?? [])] };
    },
    `data:image/png;base64,${picture.toString('base64')}`,
  );
  return decodeQR({ ...image, data: new Uint8Array(image.data) });
}
