// Dates in seed files: only such as exist.
import { Type } from 'typebox'
import { cityDateFault, dateFault } from '../../infra/time.ts'

const existing = (fault: (text: string) => string | null) =>
  Type.Refine(
    Type.String({ expected: 'a date such as 2025-12-31' }),
    (text) => fault(text) === null,
    (text) => fault(text) ?? '',
  )

/** Any date of the calendar. */
export const DateText = existing(dateFault)
/** A date whose days are counted in the city. */
export const CityDateText = existing(cityDateFault)
