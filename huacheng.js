#!/usr/bin/env node
// The command's door: checks the Node version in plain JavaScript, then hands over to cli.ts.
// As a whole: an old Node does not know every name of it, and must get as far as the message below.
import * as modules from 'node:module'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `huacheng: this is Node ${process.versions.node}, expected Node 24 or newer; ` +
      'on Linux x64 and arm64 `npm ci` brings it along (use `npm start` or `npx huacheng`), ' +
      'elsewhere install Node 24 and put it first on PATH',
  )
  process.exit(2)
}
// A start is mostly reading code: what was read once is kept, compiled, in the system's folder for temporary files.
modules.enableCompileCache()
await import('./cli.ts')
