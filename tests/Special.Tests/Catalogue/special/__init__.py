"""A catalogue of what /proc, /sys and /dev show and refuse, as named subjects that only observe.

A subject never says what is right: it returns fields, each what it saw in a form that does not depend on the machine's state (errno names,
permissions, a text's shape). Whoever runs the catalogue in two places compares field by field. Nothing in it changes the machine: what is
opened for writing is not written, and modes and owners are set to what they are.
"""
