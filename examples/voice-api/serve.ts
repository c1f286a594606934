/** `npx tsx examples/voice-api/serve.ts`; README.md shows a whole call. */
import { createVoiceApi } from './voice-api.ts'

const { RINGKEY_VERIFY_URL = 'http://127.0.0.1:8080/verify', PORT = '3000' } = process.env

const app = createVoiceApi({ verifyUrl: new URL(RINGKEY_VERIFY_URL) })
const address = await app.listen({ port: Number(PORT), host: '127.0.0.1' })
console.log(`The voice API listens on ${address} and asks ${RINGKEY_VERIFY_URL}. Ctrl-C ends it.`)
