#!/usr/bin/env node
// Here before the first build, so that installing the workspace links the command `ringkey`; npm links no file that is missing.
import '../dist/ringkey.js'
