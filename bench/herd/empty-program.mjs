// What the start of a Node program costs that does nothing.
