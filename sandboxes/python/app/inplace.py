"""Changes that the program made to arguments, made to those of the tests."""


def update(old, new):
    """Makes `old` equal to `new` in place, keeping inner objects where their types agree."""
    if isinstance(old, (list, bytearray)):
        old[:] = [_merged(a, b) for a, b in zip(old, new)] + list(new[len(old) :]) if isinstance(old, list) else new
    elif isinstance(old, dict):
        merged = {key: _merged(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set):
        old.clear()
        old.update(new)


def _merged(old, new):
    if type(old) is type(new) and isinstance(old, (list, dict, set, bytearray)):
        update(old, new)
        return old
    return new
