//! A spec is data: it is the same in every notation, and the error for a wrong spec says what is wrong, where, and what
//! is accepted.

use r1rewards::RewardSpec;
use r1rewards::spec::{ComponentSpec, kinds};
use serde_json::json;

fn error_of(toml: &str) -> String {
    match RewardSpec::from_toml(toml) {
        Err(error) => error.to_string(),
        Ok(spec) => {
            spec.components.iter().find_map(|component| component.build().err()).expect("the spec should be refused").to_string()
        }
    }
}

#[test]
fn toml_and_json_say_the_same() {
    let toml = "[[reward]]\nkind = \"math\"\npolicy = \"strict\"\n[[reward]]\nkind = \"math\"\nname = \"boxed\"\nweight = 0.1\n";
    let json = r#"[{"kind": "math", "policy": "strict"}, {"kind": "math", "name": "boxed", "weight": 0.1}]"#;
    assert_eq!(RewardSpec::from_toml(toml).unwrap(), RewardSpec::from_json(json).unwrap());
}

#[test]
fn one_object_is_a_spec_of_one() {
    assert_eq!(RewardSpec::from_json(r#"{"kind": "math"}"#).unwrap(), RewardSpec::kind("math"));
}

#[test]
fn a_spec_reads_back_as_it_was_written() {
    let spec = RewardSpec { components: vec![ComponentSpec::new("math").with_weight(0.25).with_option("list", json!([1, 2.5]))] };
    assert_eq!(RewardSpec::from_json(&spec.to_json()).unwrap(), spec);
    assert_eq!(serde_json::from_str::<RewardSpec>(&serde_json::to_string(&spec).unwrap()).unwrap(), spec);
}

#[test]
fn numbers_keep_every_digit() {
    let spec = RewardSpec::from_json(r#"{"kind": "math", "bound": 0.1000000000000000000001}"#).unwrap();
    assert_eq!(spec.components[0].options["bound"].to_string(), "0.1000000000000000000001");
}

#[test]
fn an_unknown_kind_lists_the_known_ones() {
    let error = error_of("[[reward]]\nkind = \"maths\"");
    assert!(error.starts_with("unknown kind `maths`; known kinds: "), "{error}");
    assert!(error.contains("math"), "{error}");
}

#[test]
fn an_unknown_option_lists_the_known_ones() {
    let error = error_of("[[reward]]\nkind = \"math\"\npolcy = \"strict\"");
    assert!(error.starts_with("`math`: unknown option `polcy`; known options: policy, extract"), "{error}");
}

#[test]
fn a_wrong_type_says_field_expected_and_got() {
    assert_eq!(
        error_of("[[reward]]\nkind = \"language\"\nlanguage = 3"),
        "`language`: option `language` must be a string, got the number 3"
    );
    assert_eq!(
        error_of("[[reward]]\nkind = \"math\"\npolicy = 3"),
        "`math`: option `policy` must be one of strict, lenient, science, math_verify, hendrycks, got the number 3"
    );
    assert_eq!(
        error_of("[[reward]]\nkind = \"math\"\nweight = \"a\""),
        "reward 1: `math`: `weight` must be a finite number, got the string \"a\""
    );
    assert_eq!(error_of("[[reward]]\nkind = 3"), "reward 1: `kind` must be a string, got the number 3");
    assert_eq!(error_of("[[reward]]\npolicy = \"strict\""), "reward 1: `kind` is missing from an object with `policy`");
}

#[test]
fn a_wrong_word_lists_the_right_ones() {
    let error = error_of("[[reward]]\nkind = \"math\"\npolicy = \"harsh\"");
    assert!(error.starts_with("`math`: option `policy` must be one of strict, lenient"), "{error}");
    assert!(error.ends_with("got the string \"harsh\""), "{error}");
}

#[test]
fn what_is_not_a_spec_is_refused() {
    assert!(error_of("").starts_with("the reward spec is empty"));
    assert!(error_of("[[rewards]]\nkind = \"math\"").starts_with("unknown field `rewards` next to the rewards"));
    assert!(error_of("reward = 3").starts_with("`reward` must be a list of objects, got the number 3"));
    assert!(error_of("[[reward]").starts_with("not TOML: "));
    assert!(RewardSpec::from_json("[").unwrap_err().to_string().starts_with("not JSON: "));
}

#[test]
fn kinds_are_sorted_and_unique_and_described() {
    let names: Vec<_> = kinds().iter().map(|kind| kind.name).collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    assert!(kinds().iter().all(|kind| kind.about.ends_with('.') && kind.options.iter().all(|option| option.about.ends_with('.'))));
}
