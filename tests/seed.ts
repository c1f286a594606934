/**
 * Where chance begins in the suite. `npm test` is the same each time, so that it fails for a change and for nothing else; the long runs
 * (`npm run test:fuzz`, `test:schedules`, `test:schedules:kill`) go where nobody has been. RINGKEY_SEED, a number, repeats a run.
 */
import fc from 'fast-check'

const asked = process.env.RINGKEY_SEED ?? '1'

/** An integer below 2^31. */
export const SEED = asked === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(asked)
if (!Number.isSafeInteger(SEED)) throw new Error('RINGKEY_SEED is a whole number, or "random"')

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED })
