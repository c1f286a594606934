import type { DoorTrial } from '../door-trial.ts'

export const trial: DoorTrial = {
  about:
    'The page where people sign in, for the platforms of this server and for web applications that send them there themselves (authorization code ' +
    'with PKCE). There is nothing to send to it by hand: it is seen when a login is started at a platform.',
  steps: [],
}
