/** Addresses of the maki and temaki glyphs among our own files. */

declare const __ICON_FOLDERS__: Readonly<Record<string, string>>;

const NAME = /^(maki|temaki):([\w-]+)$/;

/** `maki:school` -> the address of its SVG; null for what is no glyph's name. */
export function iconAddress(name: string | null | undefined): string | null {
  const match = NAME.exec(name ?? "");
  const folder = match?.[1] ? __ICON_FOLDERS__[match[1]] : undefined;
  return folder && match?.[2] ? `${folder}/${match[2]}.svg` : null;
}
