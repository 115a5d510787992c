// The bytes that stand before values of more than one kind.

export const NO_TEXT = 0
export const HAS_TEXT = 1
export const KEY_NUMBER = 0
export const KEY_TEXT = 1
export const PLAIN = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  number: 4,
  text: 5,
  bytes: 6,
  list: 7,
  object: 8,
}
