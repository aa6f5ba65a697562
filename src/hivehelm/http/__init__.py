"""net/http's client as Go has it."""
