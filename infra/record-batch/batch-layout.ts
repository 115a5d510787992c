// Where things lie in a record batch (KIP-98, format 2), for whoever reads or writes one.

export const FORMAT = 2
/** Everything before the records. */
export const HEADER_BYTES = 61
/** Base offset and length come before what the length counts. */
export const LENGTH_COUNTS_FROM = 12
/** The checksum covers what comes behind it. */
export const CHECKSUM_AT = 17
export const CHECKSUM_COUNTS_FROM = 21
