"""Hooks of mkdocs: what makes a site of pages that are written to be read in the repository.

README.md, DESIGN.md and the other pages of the root become pages of the site. A link in any page to a file of the repository that is no page leads to
a page that shows the file, or lists the folder. The reference of the Python API is generated from the names that each public module exports.

A link to a file that does not exist is left as it is, so that mkdocs reports it; with `--strict`, that is an error.
"""

import ast
import json
import posixpath
import re
import subprocess
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "python/r1rewards"
# Pages outside docs/, and where they are in the site.
PAGES = {"README.md": "index.md"} | {f"{name}.md": f"repository/{name}.md" for name in ["COMPARE", "DESIGN", "CONTRIBUTING", "SECURITY", "CHANGELOG"]}
# The public modules of the Python package. `r1rewards.grpo` passes on what another distribution has.
MODULES = ["advantage", "client", "code", "episode", "forms", "math", "metrics", "ray"]
# A fenced block or inline code: nothing in it is a link.
CODE = re.compile(r"(^ *```.*?^ *```|`+[^`\n]+`+)", re.M | re.S)
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
LANGUAGES = {".py": "python", ".rs": "rust", ".toml": "toml", ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".sh": "bash", "": "bash"}
# Longer files are cut: a page is for looking, the repository for reading.
MOST_LINES = 400

def exported(path):
    """The names in `__all__` of a module, read from its source; else its public functions and classes."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for statement in body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == "__all__":
            return ast.literal_eval(statement.value)
    return [found.name for found in body if isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not found.name.startswith("_")]


def api_pages():
    """The pages of the Python API: path in the site, and the dotted names that it describes."""
    top = [name for name in exported(PACKAGE / "__init__.py") if name not in MODULES and name != "__version__"]
    yield "api/r1rewards.md", "r1rewards", [f"r1rewards.{name}" for name in top]
    for module in MODULES:
        yield f"api/{module}.md", f"r1rewards.{module}", [f"r1rewards.{module}.{name}" for name in exported(PACKAGE / f"{module}.py")]
    adapters = sorted(path.stem for path in (PACKAGE / "integrations").glob("[!_]*.py"))
    yield "api/integrations.md", "r1rewards.integrations", [f"r1rewards.integrations.{name}" for name in adapters]


def notebook(path):
    """A notebook as Markdown: its cells, and what they printed."""
    parts = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
        for output in cell.get("outputs", []):
            shown = "".join(output.get("text") or output["data"]["text/plain"]).rstrip("\n")
            parts.append(f"```text\n{shown}\n```")
    return "\n\n".join(parts) + "\n"


def shown(config, name):
    """The page for a file or a folder of the repository. A Markdown file is a page as it is."""
    path = ROOT / name
    if name.endswith(".md"):
        text = path.read_text(encoding="utf-8")
    elif name.endswith(".ipynb"):
        text = notebook(path)
    elif path.is_dir():
        # Only what belongs to the repository, where this is one.
        listed = subprocess.run(["git", "ls-files", "--", name], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
        listed = listed or sorted(file.relative_to(ROOT).as_posix() for file in path.rglob("*") if file.is_file())
        text = f"# {name}\n\nA folder of the repository:\n\n" + "".join(f"- `{line}`\n" for line in listed)
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        cut = f"\n\nThe first {MOST_LINES} of {len(lines)} lines." if len(lines) > MOST_LINES else ""
        block = "\n".join(lines[:MOST_LINES])
        text = f"# {name}\n\nA file of the repository.{cut}\n\n````{LANGUAGES.get(path.suffix, 'text')}\n{block}\n````\n"
    return File.generated(config, place(name), content=text)


def place(target):
    """Where a path of the repository is in the site; None if it does not exist."""
    if target in PAGES:
        return PAGES[target]
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    path = ROOT / target
    if not path.exists():
        return None
    return f"repository/{target}.md" if not target.endswith(".md") else f"repository/{target}"


def source_of(uri):
    """The path in the repository of a page of the site."""
    pages = {site: name for name, site in PAGES.items()}
    return pages.get(uri) or (uri.removeprefix("repository/") if uri.startswith("repository/") else f"docs/{uri}")


def relinked(text, uri, found=None):
    """The text of a page with its links as they are in the site. `found` collects the files that need a page."""
    source = source_of(uri)

    def link(match):
        target, hash_, anchor = match[2].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return match[0]
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        there = place(inside)
        if there is None:
            return match[0]
        if found is not None and inside not in PAGES and not inside.startswith("docs/"):
            found.add(inside)
        return match[1] + posixpath.relpath(there, posixpath.dirname(uri) or ".") + hash_ + anchor + match[3]

    parts = CODE.split(text)
    parts[::2] = [LINK.sub(link, part) for part in parts[::2]]
    return "".join(parts)


def on_config(config):
    """The pages of the Python API stand below docs/api.md in the menu."""

    def grown(entry):
        if isinstance(entry, list):
            return [grown(each) for each in entry]
        if not isinstance(entry, dict):
            return entry
        [(title, below)] = entry.items()
        if below == "api.md":
            return {title: ["api.md"] + [{module: uri} for uri, module, _ in api_pages()]}
        return {title: grown(below)}

    config.nav = grown(config.nav)
    return config


def on_files(files, config):
    for name, uri in PAGES.items():
        files.append(File.generated(config, uri, content=(ROOT / name).read_text(encoding="utf-8")))
    for uri, module, names in api_pages():
        text = f"# `{module}`\n\n" + "".join(f"::: {name}\n\n" for name in names)
        files.append(File.generated(config, uri, content=text))
    unread = [file for file in files.documentation_pages() if not file.src_uri.startswith("api/")]
    while unread:
        found = set()
        for file in unread:
            relinked(file.content_string, file.src_uri, found)
        # A page that is shown may link to further files.
        unread = [shown(config, name) for name in sorted(found) if files.get_file_from_path(place(name)) is None]
        for file in unread:
            files.append(file)
    return files


def on_page_markdown(markdown, page, config, files):
    # GitHub's tables need `\\|` for a bar in code; here a bar in code divides no cells, and the backslash would be shown.
    lines = [re.sub(r"`[^`]+`", lambda code: code[0].replace("\\|", "|"), line) if line.startswith("|") else line for line in markdown.split("\n")]
    return relinked("\n".join(lines), page.file.src_uri)


def on_post_build(config):
    """Every exported name has its place in the reference."""
    missing = []
    for uri, _, names in api_pages():
        text = (Path(config.site_dir) / uri).with_suffix(".html").read_text(encoding="utf-8")
        missing += [name for name in names if f'id="{name}"' not in text]
    if missing:
        raise PluginError(f"scripts/docs_hooks.py: these exported names are not in the reference: {', '.join(missing)}")
