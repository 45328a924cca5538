/** A picture of a gallery. */

import type { ImageBlock } from "../../api/types";

export type Shot = ImageBlock["images"][number] & {
  /** A drawing on no ground of its own: it is shown whole, on paper. */
  readonly drawn?: boolean;
};
