// What is running: the package's version and the Node that pins the arithmetic.
import pkg from '../package.json' with { type: 'json' }

export const version = pkg.version
/** Recorded in a run: another major may round Math.log differently. */
export const nodeMajor = Number(process.versions.node.split('.')[0])
