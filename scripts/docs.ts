/** `npm run docs`: writes the documents that are made from code. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { generateDocuments, ROOT } from './generated-documents.ts'

for (const { path, text } of generateDocuments()) {
  const file = new URL(path, ROOT)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, text)
  console.log(path)
}
