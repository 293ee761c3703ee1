"""What the expressions of tests give, as far as names of the program's have a say in it (`follow.py`)."""

import ast

from .values import NOTHING, Value, any_of, container, join, mixed, shallow, union

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
#: Calls of the library's that give a container with the items of another.
COPIES = {"list", "tuple", "sorted", "reversed", "iter", "set", "frozenset", "deepcopy", "copy", "deque"}
_VIEWS = {"items", "keys", "values", "copy"}
#: Calls that take the class of an exception.
RAISES = {"assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex", "raises", "warns", "suppress"}


class Expressions:
    """The part of a `Follower` that is about expressions."""

    def eval(self, node):
        method = getattr(self, f"of_{type(node).__name__}", None)
        value = method(node) if method is not None else mixed([self.eval(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)])
        self.touched |= value.known
        return value

    def of_Constant(self, node):
        return NOTHING

    def of_Name(self, node):
        return self.load(node.id)

    def of_NamedExpr(self, node):
        value = self.eval(node.value)
        self.assign(node.target, value)
        return value

    def of_Await(self, node):
        return self.eval(node.value)

    of_Starred = of_Await

    def of_UnaryOp(self, node):
        return self.truth(node) if isinstance(node.op, ast.Not) else self.eval(node.operand)

    def of_BinOp(self, node):
        terms = [node.right]
        while isinstance(node.left, ast.BinOp):
            node = node.left
            terms.append(node.right)
        return mixed([self.eval(term) for term in (node.left, *reversed(terms))])

    def of_Compare(self, node):
        sides = [node.left, *node.comparators]
        values = [self.eval(side) for side in sides]
        return any_of([self.compare(sides[place], values[place], sides[place + 1], values[place + 1], op) for place, op in enumerate(node.ops)])

    def of_IfExp(self, node):
        decides = self.truth(node.test).names
        value = join(self.eval(node.body), self.eval(node.orelse))
        return value._replace(chosen=value.chosen | decides)

    def of_Tuple(self, node):
        values = [self.eval(part) for part in node.elts]
        spread = [isinstance(part, ast.Starred) for part in node.elts]
        flat = any_of([value.flat() for value in values])
        if any(spread):
            item = any_of([value.items if star else value for value, star in zip(values, spread)])
            return flat._replace(item=shallow(item), count=union(value.size for value, star in zip(values, spread) if star))
        return shallow(flat._replace(parts=tuple(values), count=0))

    of_List = of_Tuple

    def of_Set(self, node):
        value = mixed([self.eval(part) for part in node.elts])
        return container(value, value.names)

    def of_Dict(self, node):
        keys, values = mixed([self.eval(key) for key in node.keys if key is not None]), [self.eval(value) for value in node.values]
        count = keys.names | union(value.size for key, value in zip(node.keys, values) if key is None)
        return container(any_of([keys, *(value.items if key is None else value for key, value in zip(node.keys, values))]), count)

    def of_JoinedStr(self, node):
        return mixed([self.eval(part.value) for part in node.values if isinstance(part, ast.FormattedValue)])

    def of_Subscript(self, node):
        value, index = self.eval(node.value), self.eval(node.slice)
        if isinstance(node.slice, ast.Slice):
            return container(value.items, value.size | index.names) if value.is_container else mixed([value, index])
        place = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if value.parts is not None and type(place) is int and place < len(value.parts):
            return value.parts[place]
        if value.is_container and index.names:
            self.drop(index)
            return value.items._replace(chosen=value.items.chosen | index.names)
        return mixed([value.items, index])

    def of_Attribute(self, node):
        return self.attribute(self.eval(node.value), node)

    def attribute(self, receiver, node):
        value = join(receiver.flat(), self.attributes.get(node.attr, NOTHING))
        got = [self.bind(function, [], {}, self.guards) for function in value.functions if any("property" in ast.dump(decorator) for decorator in getattr(function, "decorator_list", ()))]
        return any_of([value, *got])

    def of_Lambda(self, node):
        return self.defined(node)

    def of_Yield(self, node):
        self.note(self.scope.results, "yield", self.implied(shallow(self.eval(node.value))) if node.value is not None else NOTHING)
        return NOTHING

    def of_YieldFrom(self, node):
        value = self.eval(node.value)
        self.note(self.scope.results, "yield", shallow(value.items))
        return value.flat()

    def of_ListComp(self, node):
        bound = {inner.id for generator in node.generators for inner in ast.walk(generator.target) if isinstance(inner, ast.Name)}
        kept, guards = {name: self.scope.here[name] for name in bound if name in self.scope.here}, self.guards
        count = 0
        for generator in node.generators:
            source = self.eval(generator.iter)
            self.assign(generator.target, source.items)
            count |= source.size
            for condition in generator.ifs:
                count |= self.truth(condition).names
            self.guards |= count
        item = self.eval(node.elt) if not isinstance(node, ast.DictComp) else join(self.eval(node.key), self.eval(node.value))
        for name in bound:
            self.scope.here.pop(name, None)
        self.scope.here |= kept
        self.guards = guards
        return container(item, count)

    of_SetComp = of_GeneratorExp = of_DictComp = of_ListComp

    # ---- calls ----

    def callee(self, node):
        """What a call calls, and the object whose method it is. The methods of a container of the tests' are the library's."""
        if not isinstance(node.func, ast.Attribute):
            return self.eval(node.func), None
        receiver = self.eval(node.func.value)
        return NOTHING if receiver.is_container else self.attribute(receiver, node.func), receiver

    def of_Call(self, node):
        callee, receiver = self.callee(node)
        values = [self.eval(argument) for argument in node.args]
        keywords = {keyword.arg: self.eval(keyword.value) for keyword in node.keywords}
        if not callee.names and not callee.functions:
            name = called(node)
            left = self.left(node, name)
            if left is not None:
                return left
            known = self.assertion(node, name, values, keywords) if name.startswith("assert") or name in RAISES else self.known(node, name, values)
            if known is not None:
                return known
        spread = [value.items if isinstance(argument, ast.Starred) else value for argument, value in zip(node.args, values)]
        given = [*spread, *keywords.values()]
        if receiver is not None:
            self.keep(node, receiver, any_of(given))
        if not callee.names and not callee.functions:
            return self.library(node, receiver, given)
        value = self.called_with(callee, spread, keywords, receiver is not None)
        for function in callee.functions & self.scopes.keys():
            self.take_back(function, node, receiver is not None)
        return value

    def keep(self, node, receiver, kept):
        """A method may keep what it is given in its object."""
        if not kept.names and not kept.is_container and not self.around:
            return
        if receiver.is_container or not receiver.names:
            kept = container(kept.items if called(node) in ("extend", "update") else kept, 0)
        self.add(node.func.value, self.given_to(receiver, kept))

    def called_with(self, callee, values, keywords, is_method=False):
        """The result of calling a value."""
        given = [*values, *keywords.values()]
        inside = union(value.built | value.inside for value in given)
        results = union(value.results | value.verdicts | (value.chosen & ~inside) for value in given)
        makers = callee.heads | callee.built
        found = []
        if makers:
            self.call(makers, results & ~makers)
            self.ask(makers)
            for value in given:
                # The program may call a function of the tests with what it likes.
                for function in value.functions:
                    if not isinstance(function, (str, ast.ClassDef)):
                        self.bind(function, [], {}, self.guards, all_of=Value(heads=makers))
            if callee.heads or results or is_method or not any(isinstance(function, str) for function in callee.functions):
                found.append(Value(makers, callee.deps | results, inside=callee.inside | inside))
            else:
                found.append(Value(deps=callee.deps, built=callee.built, inside=callee.inside | inside))
        for function in callee.functions:
            if isinstance(function, ast.ClassDef):
                found += [value.flat() for value in given]
                for inner in function.body:
                    if isinstance(inner, FUNCTIONS) and inner.name == "__init__":
                        self.bind(inner, values, keywords, self.guards, is_method=True)
                    elif isinstance(inner, FUNCTIONS) and inner.name.startswith("__"):
                        # What its objects give where they are called, indexed or gone through.
                        found.append(self.bind(inner, [], {}, self.guards).flat())
            elif not isinstance(function, str):
                found.append(self.bind(function, values, keywords, self.guards, is_method=is_method))
        return any_of(found)

    def take_back(self, function, node, is_method):
        """What a function of the tests put into its arguments is in them afterwards."""
        if isinstance(function, ast.ClassDef):
            return
        added = self.scopes[function].added
        for parameter, argument in zip(self.positional(function, is_method), node.args):
            if parameter.arg in added:
                self.add(argument, added[parameter.arg])
        for keyword in node.keywords:
            if keyword.arg in added:
                self.add(keyword.value, added[keyword.arg])

    def positional(self, function, is_method):
        """The parameters that a call gives by position."""
        parameters = [*function.args.posonlyargs, *function.args.args]
        is_method &= isinstance(self.scopes[function].parent.node, ast.ClassDef) and not any("staticmethod" in ast.dump(decorator) for decorator in getattr(function, "decorator_list", ()))
        return parameters[1:] if is_method else parameters

    def bind(self, function, values, keywords, guards, all_of=NOTHING, is_method=False):
        """Gives a function of the tests its arguments: what it returns. `all_of` may be any of them."""
        scope = self.scopes.get(function)
        if scope is None:
            return NOTHING
        arguments, positional = function.args, self.positional(function, is_method)
        others = [*arguments.kwonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]
        spread = keywords.get(None, NOTHING).flat()
        for parameter in (*positional, *others):
            self.note(scope.ever, parameter.arg, join(all_of, spread))
        named = {parameter.arg for parameter in (*positional, *arguments.kwonlyargs)}
        for parameter, value in (*zip((parameter.arg for parameter in positional), values), *((name, value) for name, value in keywords.items() if name in named)):
            self.note(scope.ever, parameter, shallow(value))
        spare = [*values[len(positional) :], *(value for name, value in keywords.items() if name not in named)]
        for parameter in filter(None, (arguments.vararg, arguments.kwarg)):
            self.note(scope.ever, parameter.arg, container(any_of(spare), any_of(spare).names))
        if guards & ~scope.guards:
            scope.guards |= guards
            self.changed = True
        self.ask(scope.asked)
        yields = scope.results["yield"]
        return scope.results["return"] if yields == NOTHING else container(yields, yields.names)

    def library(self, node, receiver, given):
        """A call of what is neither the tests' nor the program's: what goes in comes out; functions that it is given are called; it may change its first argument."""
        found = list(given)
        for value in given:
            others = any_of([other.flat() for other in given if other is not value])
            if value.functions:
                found.append(self.called_with(Value(functions=value.functions), [others] * 4, {}))
        if len(given) > 1 and node.args:
            kept = mixed(given[1:])
            if kept.names:
                self.add(node.args[0], container(kept, 0) if given[0].is_container else kept)
        if receiver is not None:
            if receiver.is_container and called(node) in _VIEWS:
                row = receiver.items.flat()._replace(parts=(receiver.items, receiver.items), count=0)
                return container(row if called(node) == "items" else receiver.items, receiver.size)
            found.append(receiver.items)
        return mixed(found)

    def known(self, node, name, values):
        """Calls of the library's that are known for what they do; `None` for others."""
        if name in COPIES and len(values) == 1:
            value = values[0]
            if name in ("set", "frozenset"):
                return container(mixed([value.items]), value.size)
            return value if value.parts is not None and name not in ("sorted", "reversed") else container(value.items, value.size)
        if not isinstance(node.func, ast.Name) or not values:
            return None
        if name == "getattr":
            return mixed([values[0], Value(heads=values[0].built), self.attributes.get(getattr(node.args[1], "value", None), NOTHING)]) if len(values) > 1 else None
        if name == "print":
            # Where the tests catch it.
            self.note(self.attributes, "getvalue", mixed(values))
            return NOTHING
        if name == "range":
            return container(mixed(values), mixed(values).names)
        if name == "zip":
            row = any_of([value.flat() for value in values])._replace(parts=tuple(value.items for value in values), item=None, count=0)
            return container(row, union(value.size for value in values))
        if name == "enumerate":
            row = values[0].items.flat()._replace(parts=(NOTHING, values[0].items), item=None, count=0)
            return container(row, values[0].size)
        if name == "map" and len(values) > 1:
            return container(self.applied(values), union(value.size for value in values[1:]))
        return None

    def applied(self, values):
        """The first value called with the items of the others."""
        if not values[0].names and not values[0].functions:
            return mixed([value.items for value in values[1:]])
        return self.called_with(values[0], [value.items for value in values[1:]], {})


def raised(kind, used=0):
    """What an `except` with this class binds, where these names were used."""
    return Value(heads=kind.names | used)


def called(call):
    """The last part of the name of what is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
