"""The import fails with a wrong torch, the versions in all files agree, the examples run, and the core does not depend
on torch."""

import doctest
import importlib
import importlib.util
import pkgutil
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
import r1rewards_grpo
from r1rewards_grpo import _guard

ROOT = Path(__file__).parents[3]
MODULES = [module.name for module in pkgutil.iter_modules(r1rewards_grpo.__path__) if module.name != "_grpo"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_documentation_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"r1rewards_grpo.{name}"))
    assert result.attempted > 0 and result.failed == 0


def test_another_torch_is_refused_before_the_extension_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(__version__="2.13.0+cpu"))
    with pytest.raises(ImportError, match=r"built for torch 2\.11 and torch 2\.13\.0\+cpu is installed: pip install"):
        _guard.check_torch()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="needs torch: pip install"):
        _guard.check_torch()


def test_the_versions_of_torch_in_all_files_agree() -> None:
    project = (ROOT / "python/grpo/pyproject.toml").read_text()
    assert f'"torch>={_guard.BUILT_FOR},<' in project
    script = (ROOT / "scripts/test-grpo").read_text()
    assert re.search(rf"torch=={re.escape(_guard.BUILT_FOR)}\.\d", script)


def door() -> types.ModuleType:
    """Loads `r1rewards.grpo` without the rest of the core package."""
    spec = importlib.util.spec_from_file_location("door", ROOT / "python/r1rewards/grpo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_core_package_exports_this_package_as_r1rewards_grpo(monkeypatch: pytest.MonkeyPatch) -> None:
    assert door().GrpoLoss is r1rewards_grpo.GrpoLoss
    monkeypatch.delitem(sys.modules, "r1rewards_grpo")
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ImportError, match="needs the distribution r1rewards-grpo"):
        door()


@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")
@pytest.mark.parametrize(
    "package,expected",
    [
        (["r1rewards"], False),
        (["r1rewards-python"], False),
        (["r1rewards-grpo"], False),
        (["r1rewards", "--features", "grpo"], True),
        (["r1rewards-grpo", "--features", "torch"], True),
    ],
)
def test_only_the_grpo_features_depend_on_torch(package: list[str], expected: bool) -> None:
    command = ["cargo", "tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--package", *package]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert any(line.startswith(("tch ", "torch-sys ")) for line in found.stdout.splitlines()) == expected


def test_the_page_of_grpo_names_every_option() -> None:
    page = (ROOT / "docs/grpo.md").read_text()
    known = {
        message
        for options in ({"loss": "?"}, {"aggregation": "?"}, {"correction": "?"}, {"kl": {"estimator": "?"}}, {"?": 0})
        for message in re.findall(r"`(\w+)`", refusal(options))
    }
    assert len(known) > 30
    assert [name for name in sorted(known) if name not in page] == []


def refusal(options: dict[str, object]) -> str:
    with pytest.raises(ValueError) as caught:
        r1rewards_grpo.GrpoLoss(options)
    return str(caught.value)
