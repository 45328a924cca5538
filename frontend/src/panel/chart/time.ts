/** Times as a panel carries them. */

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether it is a day and no moment. */
export const isDate = (iso: string): boolean => DATE_ONLY.test(iso);

/** Seconds since 1970. A date without a time is that day's beginning in Vietnam. */
export const secondsOf = (iso: string): number => Date.parse(isDate(iso) ? `${iso}T00:00:00+07:00` : iso) / 1000;
