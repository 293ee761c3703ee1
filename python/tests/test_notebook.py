"""examples/tour.ipynb: its cells run in order, and print what the notebook shows.

The cells are plain Python, so they run without Jupyter. `R1REWARDS_UPDATE=1` writes what they print into the notebook.
"""

import ast
import contextlib
import io
import json
import os
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "examples" / "tour.ipynb"


def outputs(source, names, count):
    """What a cell prints and, if it ends with an expression, the value of that, as a notebook stores them."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "tour.ipynb", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "tour.ipynb", "eval"), names) if last else None
    found = []
    if printed.getvalue():
        found.append({"name": "stdout", "output_type": "stream", "text": printed.getvalue().splitlines(keepends=True)})
    if value is not None:
        found.append({"data": {"text/plain": repr(value).splitlines(keepends=True)}, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return found


def test_the_cells_print_what_the_notebook_shows(tmp_path, monkeypatch):
    text = NOTEBOOK.read_text(encoding="utf-8")
    notebook = json.loads(text)
    (tmp_path / "examples").symlink_to(NOTEBOOK.parent)
    monkeypatch.chdir(tmp_path)
    names = {}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 5
    for count, cell in enumerate(cells, 1):
        cell["execution_count"] = count
        cell["outputs"] = outputs("".join(cell["source"]), names, count)
    now = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("R1REWARDS_UPDATE") == "1":
        NOTEBOOK.write_text(now, encoding="utf-8")
    assert now == text
