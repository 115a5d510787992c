// What a domain says of itself with: declarations, measures and their expressions, words in both languages, checked dates.
export { CityDateText } from '../../seeds/load/date-text.ts'
export type { CommandDeclaration, Declaration, FieldWords } from '../contract/declaration.ts'
export { type Measure, measureOf } from '../contract/measures.ts'
