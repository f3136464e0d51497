"""Networks that read, remember and write: the package behind the online course.

Importing this package imports no other: each room (`rnncourse.data`,
`rnncourse.models`, …) is imported by name where it is used.
"""
