"""The list of all cases."""

CASES = {}
ALL = "import,import --json,fuse,export,run,run again,verify"


def case(commands=ALL, limit=1_000_000, note=""):
    def keep(function):
        CASES[function.__name__] = (function, commands.split(","), limit)
        return function

    return keep
