"""Linked lists and binary trees that a row writes as lists: made of them for the program, and read from what it gives."""

#: More nodes than a row has: a cycle.
_MOST = 4_000_000


def made(value, shape, names):
    """The object for an argument of a row; `names` has the classes."""
    if shape in ("list[ListNode]", "list[TreeNode]"):
        return [made(item, shape[5:-1], names) for item in value]
    if shape == "ListNode":
        head = None
        for item in reversed(value or ()):
            node = names["ListNode"](item)
            node.next, head = head, node
        return head
    if shape == "TreeNode":
        return _tree(value or (), names["TreeNode"])
    return value


def plain(value, shape):
    """The list for what a program gave."""
    if shape in ("list[ListNode]", "list[TreeNode]"):
        return [plain(item, shape[5:-1]) for item in value]
    if shape == "ListNode":
        found = []
        while value is not None:
            found.append(value.val)
            value = value.next
            if len(found) > _MOST:
                raise ValueError("the linked list has a cycle")
        return found
    return _levels(value) if shape == "TreeNode" else value


def _tree(values, kind):
    values = iter(values)
    first = next(values, None)
    if first is None:
        return None
    root = kind(first)
    level = [root]
    while level:
        below = []
        for node in level:
            for side in ("left", "right"):
                item = next(values, None)
                child = None if item is None else kind(item)
                setattr(node, side, child)
                if child is not None:
                    below.append(child)
        level = below
    return root


def _levels(root):
    found, level = [], [root]
    while any(node is not None for node in level):
        found += [None if node is None else node.val for node in level]
        level = [child for node in level if node is not None for child in (node.left, node.right)]
        if len(found) > _MOST:
            raise ValueError("the tree has a cycle")
    while found and found[-1] is None:
        found.pop()
    return found
