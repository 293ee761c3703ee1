//! The pages of the kinds of reward and of the findings, for the examples in them.

macro_rules! pages {
    ($( $name:ident )*) => {
        const PAGES: &[(&str, &str)] =
            &[ $( (stringify!($name), include_str!(concat!("../../docs/rewards/", stringify!($name), ".md"))), )* ];
    };
}

pages! {
    // The built-in kinds: written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages`.
    all
    any
    auto
    choice
    clip
    code
    code_format
    cosine_length
    data
    distinct
    diversity
    format
    gate
    ifeval
    kimi_length
    language
    length
    majority
    map
    math
    min
    product
    reasoning_steps
    repetition
    route
    satori
    schema
    self_correction
    soft_overlong
    sum
    tag_count
    text
    // end
}

/// The first spec in the page of a kind.
pub(super) fn first_spec(kind: &str) -> Option<&'static str> {
    let page = PAGES.iter().find(|(name, _)| *name == kind)?.1;
    Some(page.split_once("\n```toml\n")?.1.split_once("\n```")?.0)
}

/// The first row that is judged in the page of a kind, by that spec: what goes in and, as `expect`, what comes out.
pub(super) fn first_row(kind: &str) -> Option<&'static str> {
    let page = PAGES.iter().find(|(name, _)| *name == kind)?.1;
    page.split_once("\n```json\n")?.1.lines().next()
}

/// The rows in the section of a finding.
pub(super) fn finding_rows(code: &str) -> Option<&'static str> {
    const PAGE: &str = include_str!("../../docs/findings.md");
    let section = PAGE.split("\n### ").find_map(|part| part.strip_prefix(code)?.strip_prefix('\n'))?;
    Some(section.split_once("```json\n")?.1.split_once("\n```")?.0)
}
