"""Containers and iterators of the program's: what they are asked, one answer for each question until something changes."""

from . import ask, coherent, echoes, origins, refusals
from .handle import changed


def next_item(self):
    """`next` of an iterator."""
    request = ("op", self, "next", ())
    if coherent.has_len(self):
        changed(self)
    if coherent.has_len(self) or origins.is_free(self):
        return _told(self, (), ask.value(request, is_next=True))
    return _told(self, (), coherent.next_item(self, ask.sent(request)))


def length(self):
    """`len`."""
    return _told(self, (), ask.once(self, "len"))


def item(self, key):
    """What it gives at a key."""
    if isinstance(key, slice) and hasattr(type(self), "__len__"):
        return list(self)[key]
    reply = ask.reply_once(self, "getitem", (key,))
    value = _told(self, (key,), ask.opened(reply)[1])
    if origins.is_free(self):
        return value
    if isinstance(key, tuple):
        # A table of the program's may have a place for a pair and walk through its rows.
        return value
    if not isinstance(key, int):
        coherent.at_key(self, key, value)
    elif hasattr(type(self), "__iter__"):
        coherent.at(self, key, reply, _items(self, _iterated))
    return value


def walk(self):
    """An iterator gives itself; a container its items, the same each time until something changes."""
    if hasattr(type(self), "__next__") and not coherent.has_len(self) and not hasattr(type(self), "__getitem__") and ask.value(("op", self, "iter", ())) is self:
        return self
    return _walk(self, _items(self, _iterated))


def walk_by_index(self):
    """The items of an object that has no iterator: those at 0, 1, 2 and so on, until there is none."""
    return _walk(self, _items(self, _indexed))


def _iterated(self):
    iterator = ask.value(("op", self, "iter", ()))
    return coherent.Items(lambda index: ("op", iterator, "next", ()), StopIteration, origins.is_free(self))


def _indexed(self):
    return coherent.Items(lambda index: ("op", self, "getitem", (index,)), (StopIteration, IndexError), origins.is_free(self))


def _items(self, source):
    known = ask.answers.setdefault(id(self), {})
    items = known.get("items")
    if items is None:
        items = known["items"] = source(self)
    return items


def _walk(self, items):
    index = 0
    while True:
        try:
            value = items.get(self, index)
        except StopIteration:
            return
        yield _told(self, (), value)
        index += 1


def _told(self, given, value):
    """The answer to a question, noted: what is in it comes from the object."""
    echoes.part(value, self, given)
    echoes.answered(self, given, value)
    return value


def backwards(self):
    """`reversed`."""
    return iter(list(self)[::-1])


def backwards_asked(self):
    """`reversed` of an object that has no length and no items by number."""
    if not origins.is_free(self):
        raise refusals.refused(self, "`reversed`")
    return iter(ask.value(("op", self, "reversed", ())))


def contains(self, item):
    """`in`: the elements are compared here, where there are any. Others answer as a method of theirs would."""
    if not hasattr(type(self), "__iter__"):
        if not origins.is_expected(self):
            raise refusals.refused(self, "`in` without iteration")
        return bool(ask.value(("op", self, "contains", (item,))))
    return any(element is item or element == item for element in self)
