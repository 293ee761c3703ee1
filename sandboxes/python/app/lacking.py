"""What pytest has and the sandbox does not: its use is the row's fault, which no `except` of the tests can hide."""

from . import ask


def lacks(what):
    """The exception for the use of something by its name."""
    return ask.unusable(f"the tests use `{what}` of pytest, which the sandbox does not have")


def unknown(what, options):
    """The exception for options that something does not take."""
    return ask.unusable(f"the tests give `{what}` the option `{next(iter(options))}`, which the sandbox does not have")


class Lacking:
    """An object that has a part of the attributes of pytest's."""

    #: What it is called.
    _r1_name = ""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise ask.unusable(f"the tests use `{name}` of {self._r1_name}, which the sandbox does not have")
