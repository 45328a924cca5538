/** Whether the chart stands beside the rows: as it was left, until the page is closed. */

import { cell } from "../state/cell";

export const charted = cell(false);
