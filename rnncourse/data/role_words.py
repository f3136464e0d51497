"""What the roles of `rnncourse.data.roles` mean, in words for a reader."""

MEANINGS = {
    "load": "a variable is read",
    "store": "a variable is bound or deleted",
    "call": "a function is called",
    "attr": "an attribute",
    "method": "an attribute is called",
    "kwarg": "an argument is named",
    "param": "a parameter",
    "def": "what def or class defines",
    "import": "a name in an import",
}
"""The roles, each in a few words."""
