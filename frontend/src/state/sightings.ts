/** The newest sighting heard on the live channel: the map draws it, an open video may too. */

import type { SightedMessage } from "../api/types";
import { cell } from "./cell";

export const sightings = cell<SightedMessage | null>(null);
