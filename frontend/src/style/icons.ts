/** Addresses of the maki and temaki icons; the table is large and comes with the first icon asked. */

const NAME = /^(maki|temaki):([\w-]+)$/;

export async function iconAddress(name: string): Promise<string | null> {
  const match = NAME.exec(name);
  if (!match?.[1] || !match[2]) return null;
  const { ICON_ADDRESSES } = await import("./icon-table");
  return ICON_ADDRESSES[`${match[1]}:${match[2]}`] ?? null;
}
