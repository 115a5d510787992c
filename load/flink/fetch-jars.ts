// Prints the folder of Flink's jars, fetched where they are not there yet: what the compose file's FLINK_LIB wants.
// Run: npx node load/flink/fetch-jars.ts

import { Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { findFlink } from './jars.ts'

await reportingProblems(async () => {
  const found = await findFlink()
  if (typeof found === 'string') throw new Problem(`Flink's jars: ${found}`, EXIT_FAILED)
  console.log(found.lib)
})
