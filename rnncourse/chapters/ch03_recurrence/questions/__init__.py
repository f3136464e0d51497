"""The questions of lesson 3: states, padding, output recurrence, an echo, a dog that is late."""
