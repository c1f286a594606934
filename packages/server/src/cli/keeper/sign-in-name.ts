import { Argument } from 'commander'

/** An argument that is the name of a sign-in: a shell completes it with those that are kept. */
export class SignInName extends Argument {}
