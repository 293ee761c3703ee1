"""The forms of a spec from which a scorer can be built, and the errors for others."""

import pickle

import pytest

import r1rewards
from r1rewards.integrations._common import scorer_for

TOML = '[[reward]]\nkind = "math"\npolicy = "lenient"\n'
LENIENT = r1rewards.Scorer(r1rewards.Math("lenient"))


def polite(completion):
    return "please" in completion


@pytest.mark.parametrize("build", [r1rewards.Scorer, scorer_for])
def test_paths_kinds_and_texts_are_distinguished(build, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.toml").write_text(TOML)
    (tmp_path / "spec.json").write_text('[{"kind": "math", "policy": "lenient"}]')
    (tmp_path / "rewards").write_text(TOML)
    (tmp_path / "math").write_text(TOML)
    for spec in ("spec.toml", "spec.json", str(tmp_path / "spec.toml"), tmp_path / "spec.toml", tmp_path / "spec.json", "rewards", "./math", TOML):
        assert build(spec) == LENIENT, spec
    assert build("math") == r1rewards.Scorer(r1rewards.Math()), "the kind, though a file has its name"
    assert build("kind = 'math'") == build('{"kind": "math"}') == build('[{"kind": "math"}]') == build("math")


def test_a_spec_from_the_environment_is_read_as_any_other(tmp_path, monkeypatch):
    (tmp_path / "spec.toml").write_text(TOML)
    monkeypatch.setenv("R1REWARDS_SPEC", str(tmp_path / "spec.toml"))
    assert scorer_for(None) == LENIENT


@pytest.mark.parametrize("build", [r1rewards.Scorer, r1rewards.from_spec, scorer_for])
@pytest.mark.parametrize("path", ["nowhere.toml", "specs/nowhere.json", "/nowhere/at/all", "no where"])
def test_a_path_without_a_file_raises_file_not_found(build, path):
    with pytest.raises(FileNotFoundError, match=f"no such file; give the path of a spec file, the name of a kind, .*{path}"):
        build(path)


def test_a_scorer_from_a_file_pickles_without_the_file(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text(TOML)
    pickled = pickle.dumps([r1rewards.Scorer(str(path)), r1rewards.Scorer(path)])
    path.unlink()
    assert pickle.loads(pickled) == [LENIENT, LENIENT]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ((r1rewards.Math(), 0.1), r"a weight comes before its reward: write \(0.1, Math\(\)\) for \(Math\(\), 0.1\)"),
        ([r1rewards.Math(), 0.1], r"write \(0.1, Math\(\)\)"),
        ([r1rewards.Format("boxed"), (r1rewards.Math(), 0.1)], r"write \(0.1, Math\(\)\)"),
        ([("0.1x", r1rewards.Math())], "a weight must be a number, got '0.1x' before"),
        (r1rewards.Math, r"got the class Math: write Math\(...\)"),
        ([r1rewards.Math], r"got the class Math: write Math\(...\)"),
        (polite, r"got the function polite: write r1rewards.Custom\(polite\)"),
        ([(1, r1rewards.Math()), polite], r"write r1rewards.Custom\(polite\)"),
        (lambda completion: 1.0, r"write r1rewards.Custom\(function\)"),
        ("maths", "unknown kind `maths`; known kinds: .*math"),
        ("", "no reward|reward"),
    ],
)
def test_the_error_for_an_invalid_spec_says_what_to_write(spec, message):
    with pytest.raises(r1rewards.SpecError, match=message):
        r1rewards.Scorer(spec)


def test_the_error_for_a_class_instead_of_an_object_says_what_to_write():
    class Judge:
        def __call__(self, completion):
            return 1.0

    with pytest.raises(r1rewards.SpecError, match=r"got the class Judge: write Judge\(\)"):
        r1rewards.Custom(Judge)
    with pytest.raises(r1rewards.SpecError, match=r"write polite|write r1rewards.Custom\(polite\)"):
        r1rewards.Scorer(r1rewards.All([r1rewards.Math(), polite]))


def test_config_hash_of_a_reward_raises():
    scorer = r1rewards.Scorer(r1rewards.Math())
    assert r1rewards.config_hash(scorer.config) == scorer.config_hash
    with pytest.raises(r1rewards.SpecError, match=r"write Scorer\(Math\(\)\).config_hash"):
        r1rewards.config_hash(r1rewards.Math())
    with pytest.raises(r1rewards.SpecError, match="the configuration is of type object"):
        r1rewards.config_hash(object())
